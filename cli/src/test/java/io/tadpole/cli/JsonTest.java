package io.tadpole.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

final class JsonTest
{
    @Test
    void shouldWriteEveryKindOfValue()
    {
        final Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("b", Arrays.asList(1, -2L, 0.5, true, null, "x"));
        map.put("a", Map.of());
        map.put("c", List.of());
        map.put("record", new Row("n", 7));
        assertEquals(
            """
            {"b": [1, -2, 0.5, true, null, "x"], "a": {}, "c": [], "record": {"name": "n", "lag_in_bytes": 7}}""",
            Json.of(map));
    }

    @Test
    void shouldEscapeText()
    {
        assertEquals(
            """
            "a\\"b\\\\c\\u000a\\u0000\\ud83d\\ude00\\ud800é/\"""", Json.of("a\"b\\c\n\0\ud83d\ude00\ud800é/"));
    }

    @Test
    void shouldRefuseWhatJsonHasNot()
    {
        assertThrows(IllegalArgumentException.class, () -> Json.of(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Json.of(List.of(Double.POSITIVE_INFINITY)));
        assertThrows(IllegalArgumentException.class, () -> Json.of(Path.of("x")));
    }

    /** A row with a name of several words. */
    private record Row(String name, long lagInBytes)
    {
    }
}
