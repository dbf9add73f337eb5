package dev.nameplate.wire.codec;

import dev.nameplate.wire.model.Shape;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.ListTrait;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// REST-XML and Query bodies. Elements may come in any order and unknown ones are skipped.
///
/// An empty element of a single value or a list counts as absent, since some SDKs send every unset
/// member so; an empty text stays a text where the service description requires the member.
public final class XmlCodec {

    /// Set up once; making readers from then on is safe from any thread.
    private final XMLInputFactory readers;

    private final int maxDepth;

    public XmlCodec(int maxDepth) {
        this.maxDepth = maxDepth;
        readers = XMLInputFactory.newDefaultFactory();
        readers.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        readers.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        readers.setProperty(XMLInputFactory.IS_COALESCING, true);
    }

    /// Fills `builder` from the document, whose root must be `root`.
    public void decode(byte[] body, String root, SdkPojo builder, Shape shape) {
        try {
            XMLStreamReader reader = readers.createXMLStreamReader(new ByteArrayInputStream(body));
            while (reader.next() != XMLStreamConstants.START_ELEMENT) {
                if (reader.getEventType() == XMLStreamConstants.DTD) {
                    throw new MalformedBody("A document type declaration is not allowed.");
                }
            }
            if (!reader.getLocalName().equals(root)) {
                throw new MalformedBody(
                        "The root element is " + reader.getLocalName() + ", not " + root + ".");
            }
            members(reader, builder, Optional.of(shape), 1);
            while (reader.hasNext()) {
                reader.next();
            }
        } catch (XMLStreamException e) {
            throw new MalformedBody("The XML is not well-formed.", e);
        }
    }

    private void members(XMLStreamReader reader, SdkPojo builder, Optional<Shape> shape, int depth)
            throws XMLStreamException {
        limit(depth);
        Map<String, SdkField<?>> fields = builder.sdkFieldNameToField();
        Map<SdkField<?>, List<Object>> flattened = new HashMap<>(0);
        for (int event = reader.next();
                event != XMLStreamConstants.END_ELEMENT;
                event = reader.next()) {
            if (event != XMLStreamConstants.START_ELEMENT) {
                continue;
            }
            SdkField<?> field = fields.get(reader.getLocalName());
            if (field == null || field.location() != MarshallLocation.PAYLOAD) {
                skip(reader, depth);
                continue;
            }
            Optional<Shape> target = shape.map(s -> s.members().get(field.memberName()));
            if (kind(field) == MarshallingKnownType.LIST && Pojos.listTrait(field).isFlattened()) {
                SdkField<?> element = Pojos.listTrait(field).memberFieldInfo();
                value(reader, element, elementOf(target), true, depth)
                        .ifPresent(item ->
                                flattened.computeIfAbsent(field, _ -> new ArrayList<>()).add(item));
            } else {
                boolean required = shape.map(s -> s.requires(field.memberName())).orElse(false);
                value(reader, field, target, required, depth)
                        .ifPresent(value -> field.set(builder, value));
            }
        }
        flattened.forEach((field, list) -> field.set(builder, list));
    }

    private Optional<Object> value(
            XMLStreamReader reader,
            SdkField<?> field,
            Optional<Shape> shape,
            boolean keepEmptyText,
            int depth)
            throws XMLStreamException {
        if (kind(field) == MarshallingKnownType.SDK_POJO) {
            SdkPojo builder = field.constructor().get();
            members(reader, builder, shape, depth + 1);
            return Optional.of(Pojos.build(builder));
        }
        if (kind(field) == MarshallingKnownType.LIST) {
            List<Object> list = list(reader, field, elementOf(shape), depth + 1);
            return list.isEmpty() && !keepEmptyText ? Optional.empty() : Optional.of(list);
        }
        String text = reader.getElementText();
        boolean keep =
                !text.isEmpty() || (keepEmptyText && kind(field) == MarshallingKnownType.STRING);
        return keep ? Optional.of(Scalars.parse(text, field)) : Optional.empty();
    }

    private List<Object> list(
            XMLStreamReader reader, SdkField<?> field, Optional<Shape> element, int depth)
            throws XMLStreamException {
        limit(depth);
        ListTrait trait = Pojos.listTrait(field);
        String name = memberName(trait);
        List<Object> list = new ArrayList<>();
        for (int event = reader.next();
                event != XMLStreamConstants.END_ELEMENT;
                event = reader.next()) {
            if (event != XMLStreamConstants.START_ELEMENT) {
                continue;
            }
            if (!reader.getLocalName().equals(name)) {
                throw new MalformedBody(
                        "Unexpected element "
                                + reader.getLocalName()
                                + " in list "
                                + field.locationName()
                                + ", whose members are "
                                + name
                                + ".");
            }
            value(reader, trait.memberFieldInfo(), element, true, depth).ifPresent(list::add);
        }
        return list;
    }

    private void skip(XMLStreamReader reader, int depth) throws XMLStreamException {
        for (int open = 1; open > 0; ) {
            int event = reader.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                open++;
                limit(depth + open);
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                open--;
            }
        }
    }

    private void limit(int depth) {
        if (depth > maxDepth) {
            throw new MalformedBody("The XML is nested deeper than " + maxDepth + " elements.");
        }
    }

    private static Optional<Shape> elementOf(Optional<Shape> list) {
        return list.flatMap(Shape::element);
    }

    private static MarshallingKnownType kind(SdkField<?> field) {
        return field.marshallingType().getKnownType();
    }

    static String memberName(ListTrait trait) {
        String name = trait.memberLocationName();
        return name == null ? "member" : name;
    }

    /// Writes the body members of `pojo` into the element that is open.
    public void encode(SdkPojo pojo, XmlWriter out) {
        for (SdkField<?> field : pojo.sdkFields()) {
            if (field.location() != MarshallLocation.PAYLOAD) {
                continue;
            }
            Object value = Pojos.valueIfSet(field, pojo);
            if (value != null) {
                write(out, field, field.unmarshallLocationName(), value);
            }
        }
    }

    private void write(XmlWriter out, SdkField<?> field, String name, Object value) {
        switch (value) {
            case SdkPojo pojo -> {
                out.open(name);
                encode(pojo, out);
                out.close(name);
            }
            case List<?> list -> {
                ListTrait trait = Pojos.listTrait(field);
                SdkField<?> element = trait.memberFieldInfo();
                if (trait.isFlattened()) {
                    list.forEach(item -> write(out, element, name, item));
                } else {
                    out.open(name);
                    list.forEach(item -> write(out, element, memberName(trait), item));
                    out.close(name);
                }
            }
            case Map<?, ?> _ ->
                    throw new IllegalStateException("no XML form of map " + field.memberName());
            default -> out.element(name, Scalars.format(field, value));
        }
    }
}
