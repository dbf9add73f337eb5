package dev.nameplate.dns;

import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The hosted zones and their entries. The DNS server answers from here as soon as a write is committed.
///
/// A *required* record is one that a certificate's proof needs: it is written automatically where the zone of its name is
/// hosted here by the same account, shows as an entry with `automatic`, gives way to an equal entry of the owner (who takes
/// it over), and comes back when the owner deletes that entry while a certificate still needs it.
public final class Zones {
    public Zones(InstantSource clock, RandomGenerator random) {
        throw new UnsupportedOperationException();
    }

    /// @throws ZoneExists if the zone is hosted here already, by whichever account
    public Zone create(Write write, AccountId account, DomainName name) {
        throw new UnsupportedOperationException();
    }

    public Optional<Zone> find(Handle handle, AccountId account, DomainName name) {
        throw new UnsupportedOperationException();
    }

    public List<Zone> list(Handle handle, AccountId account) {
        throw new UnsupportedOperationException();
    }

    public void delete(Write write, Zone zone) {
        throw new UnsupportedOperationException();
    }

    /// Includes the zone's own SOA and NS entries and the automatic ones.
    public List<ZoneEntry> entries(Handle handle, Zone zone) {
        throw new UnsupportedOperationException();
    }

    /// @throws InvalidEntry if the entry breaks a rule of its type or of the zone
    /// @throws EntryExists if an equal entry of the owner is there already
    public ZoneEntry add(
            Write write, Zone zone, String name, String type, String target, boolean alias) {
        throw new UnsupportedOperationException();
    }

    /// Replaces the entry with this id.
    ///
    /// @throws NoSuchEntry if there is none
    public ZoneEntry update(
            Write write,
            Zone zone,
            String id,
            String name,
            String type,
            String target,
            boolean alias) {
        throw new UnsupportedOperationException();
    }

    /// Deletes the entry equal in name, type, target and alias.
    ///
    /// @throws NoSuchEntry if there is none
    public void remove(
            Write write, Zone zone, String name, String type, String target, boolean alias) {
        throw new UnsupportedOperationException();
    }

    /// The closest hosted zone of this account that `name` lies in.
    public Optional<Zone> hosting(Handle handle, AccountId account, DomainName name) {
        throw new UnsupportedOperationException();
    }

    /// Keeps `record` in the account's hosted zone while `certificate` needs it.
    ///
    /// @return the zone it was written to, or empty if no zone of the account hosts the name
    public Optional<Zone> require(
            Write write, AccountId account, String certificate, CnameRecord record) {
        throw new UnsupportedOperationException();
    }

    /// `certificate` no longer needs any record.
    public void release(Write write, String certificate) {
        throw new UnsupportedOperationException();
    }

    public static final class ZoneExists extends RuntimeException {
        public ZoneExists(DomainName name) {
            super("the zone " + name + " is hosted here already");
        }
    }

    public static final class InvalidEntry extends RuntimeException {
        public InvalidEntry(String message) {
            super(message);
        }
    }

    public static final class EntryExists extends RuntimeException {
        public EntryExists(String message) {
            super(message);
        }
    }

    public static final class NoSuchEntry extends RuntimeException {
        public NoSuchEntry(String message) {
            super(message);
        }
    }
}
