package dev.nameplate.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

final class DocumentDiffTest {
    @Test
    void theSameSaidInAnotherOrderOfMembersIsNoDifference() {
        assertThat(shown("{'a':1,'b':[1,2]}", "{'b':[1,2],'a':1}")).isEmpty();
    }

    @Test
    void whatChangedCameAndWentIsTold() {
        assertThat(shown("{'a':1,'b':2,'d':{'e':null}}", "{'a':3,'c':[4],'d':{'e':true}}"))
                .containsExactly("/a 1 3", "/b 2 -", "/d/e null true", "/c - [4]");
    }

    @Test
    void elementsAreFollowedByWhatNamesThemNotByTheirPlace() {
        assertThat(
                        shown(
                                "{'Items':[{'Id':'x','Host':'a'},{'Id':'y','Host':'b'}]}",
                                "{'Items':[{'Id':'new','Host':'n'},{'Id':'x','Host':'a'},{'Id':'y','Host':'c'}]}"))
                .containsExactly(
                        "/Items[Id=y]/Host \"b\" \"c\"",
                        "/Items[Id=new] - {\"Id\":\"new\",\"Host\":\"n\"}");
    }

    @Test
    void anotherOrderIsADifferenceOfItsOwn() {
        assertThat(
                        shown(
                                "[{'PathPattern':'/a'},{'PathPattern':'/b'}]",
                                "[{'PathPattern':'/b'},{'PathPattern':'/a'}]"))
                .containsExactly(
                        "[order] [\"PathPattern=/a\",\"PathPattern=/b\"] [\"PathPattern=/b\",\"PathPattern=/a\"]");
    }

    @Test
    void plainValuesNameThemselves() {
        assertThat(shown("{'a':['x','y']}", "{'a':['y','z']}"))
                .containsExactly("/a[x] \"x\" -", "/a[z] - \"z\"");
    }

    @Test
    void elementsThatNothingNamesAreFollowedByPlace() {
        assertThat(shown("[{'q':1},{'q':2}]", "[{'q':1},{'q':3},{'q':4}]"))
                .containsExactly("/1/q 2 3", "/2 - {\"q\":4}");
        assertThat(shown("['x','x']", "['x']")).containsExactly("/1 \"x\" -");
    }

    @Test
    void slashesInNamesAreEscapedAsJsonPointersDo() {
        assertThat(shown("{'a/b~c':1}", "{'a/b~c':2}")).containsExactly("/a~1b~0c 1 2");
        assertThat(shown("1", "2")).containsExactly("/ 1 2");
    }

    private static List<String> shown(String before, String after) {
        return DocumentDiff.between(before.replace('\'', '"'), after.replace('\'', '"')).stream()
                .map(each ->
                        each.path()
                                + " "
                                + each.before().map(Object::toString).orElse("-")
                                + " "
                                + each.after().map(Object::toString).orElse("-"))
                .toList();
    }
}
