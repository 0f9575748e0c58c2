package org.popinjay.pop3.response;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class AsciiTest {

  @Property
  void decimalsAreAsTheJdkPrintsThem(@ForAll @LongRange(min = 0) long value) {
    var octets = new byte[30];
    int end = Ascii.decimal(value, octets, 3);
    assertThat(new String(octets, 3, end - 3, US_ASCII)).isEqualTo(Long.toString(value));
    assertThat(Ascii.digits(value)).isEqualTo(end - 3);
  }

  @Property
  void hexadecimalsAreAsTheJdkPrintsThem(
      @ForAll @LongRange(min = 0, max = 0xFFFF_FFFFL) long value) {
    var octets = new byte[20];
    int end = Ascii.hex(value, 8, false, octets, 1);
    assertThat(new String(octets, 1, end - 1, US_ASCII)).isEqualTo(String.format("%08x", value));
    Ascii.hex(value, 8, true, octets, 1);
    assertThat(new String(octets, 1, 8, US_ASCII)).isEqualTo(String.format("%08X", value));
  }
}
