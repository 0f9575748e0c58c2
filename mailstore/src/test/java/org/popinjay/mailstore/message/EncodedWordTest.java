package org.popinjay.mailstore.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodedWordTest {

  /// The first rows are the examples of RFC 2047, section 8.
  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (=?ISO-8859-1?Q?a?=)                                 | (a)
          (=?ISO-8859-1?Q?a?= b)                               | (a b)
          (=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)              | (ab)
          (=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)             | (ab)
          (=?ISO-8859-1?Q?a_b?=)                               | (a b)
          (=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)             | (a b)
          =?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?= <keld@dkuug.dk>| Keld Jørn Simonsen <keld@dkuug.dk>
          =?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=    | If you can read this yo
          =?utf-8?q?caf=c3=a9?=                                | café
          =?utf-8?B?w?= =?utf-8?B?w6Q=?=                       | ä
          =?utf-8?B?w6Q?=                                      | ä
          =?utf-8?Q?=C3?= =?utf-8?Q?=A4?=                      | ä
          =?utf-8*de?Q?=C3=A4?=                                | ä
          =?US-ASCII?Q?=C3=A4?=                                | ä
          =?x-unknown?Q?=E4?=                                  | ä
          =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=                   | 日本
          =?koi8-r?B?8NLJ18XU?=                                | Привет
          =?gb18030?B?xOO6ww==?=                               | 你好
          =?utf-8?Q?a?b?=                                      | a?b
          =?utf-8?Q?a b?=                                      | a b
          =?utf-8?Q?=4?=                                       | =4
          =?utf-8?X?a?=                                        | =?utf-8?X?a?=
          =?utf-8?Q?a                                          | =?utf-8?Q?a
          =??Q?a?=                                             | =??Q?a?=
          =?=?utf-8?Q?a?=                                      | =?a
          a =?                                                 | a =?
          """)
  void wordsAreDecoded(String raw, String text) {
    assertThat(EncodedWord.decode(raw)).isEqualTo(text);
  }

  @Property
  void textThatIsEncodedReadsBack(@ForAll @StringLength(max = 40) String text) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    var word = "=?UTF-8?B?" + Base64.getEncoder().encodeToString(octets) + "?=";
    assertThat(EncodedWord.decode(word)).isEqualTo(new String(octets, StandardCharsets.UTF_8));
  }

  @Property
  void nothingMakesItFail(
      @ForAll @StringLength(max = 60) @Chars({'=', '?', 'Q', 'B', ' ', 'u', '_', 'é'}) String raw) {
    assertThat(EncodedWord.decode(raw)).isNotNull();
  }
}
