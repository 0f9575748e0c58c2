package org.popinjay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void printsValuesOfEveryKind() {
    var map = new LinkedHashMap<String, Object>();
    map.put("a", 1L);
    map.put("b", List.of(true, "x", List.of()));
    map.put("c", null);
    assertThat(Json.print(map)).isEqualTo("{\"a\":1,\"b\":[true,\"x\",[]],\"c\":null}");
  }

  @Test
  void escapesWhatIsNoVisibleAscii() {
    assertThat(Json.print("\"\\\n\u001b\u00E9\u202E~"))
        .isEqualTo("\"\\\"\\\\\\u000a\\u001b\\u00e9\\u202e~\"");
  }
}
