package dev.nameplate;

/// The program's entry: `nameplate serve`, `demo`, `ca`, `key`.
final class Main {
    private Main() {}

    public static void main(String[] args) {}
}
