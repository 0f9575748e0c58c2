package org.popinjay.auth.sasl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaslBase64Test {

  @ParameterizedTest
  @CsvSource({"'',''", "=,''", "Zg==,f", "Zm8=,fo", "Zm9v,foo", "Zm9vYg==,foob", "Zm9vYmFy,foobar"})
  void decodes(String encoded, String decoded) {
    assertThat(SaslBase64.decode(encoded.getBytes(ISO_8859_1)))
        .hasValueSatisfying(octets -> assertThat(octets).isEqualTo(decoded.getBytes(ISO_8859_1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Zg",
        "Zg=",
        "Zm8",
        "Zg===",
        "Zg==Zg==",
        "Zm9v=",
        "====",
        "==",
        "Z===",
        "Zm9v\n",
        " Zm9v",
        "Zm 9",
        "Zm9-",
        "Zm_v",
        "Zh==",
        "Zm9=",
        "Zm9v!",
        "Z\u00e99v",
        "*",
        "=Zg=",
        "Zg==" + "x"
      })
  void refuses(String encoded) {
    assertThat(SaslBase64.decode(encoded.getBytes(ISO_8859_1))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'',''", "Username:,VXNlcm5hbWU6", "Password:,UGFzc3dvcmQ6", "é,w6k="})
  void challengesAreEncoded(String challenge, String line) {
    assertThat(SaslBase64.encode(challenge)).isEqualTo(line);
  }

  @Property
  void whatIsEncodedIsDecoded(@ForAll byte[] octets) {
    assertThat(SaslBase64.decode(Base64.getEncoder().encode(octets)))
        .hasValueSatisfying(decoded -> assertThat(decoded).isEqualTo(octets));
  }

  @Property
  void whatDecodesIsTheOneEncoding(@ForAll byte[] line) {
    SaslBase64.decode(line)
        .filter(decoded -> decoded.length > 0)
        .ifPresent(decoded -> assertThat(Base64.getEncoder().encode(decoded)).isEqualTo(line));
  }
}
