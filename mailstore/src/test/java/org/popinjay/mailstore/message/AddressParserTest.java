package org.popinjay.mailstore.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressParserTest {

  /// Each element as name|route|local|host, null as `-`; a group as `name:` and `;`.
  @ParameterizedTest(name = "{0} gives {1}")
  @CsvSource(
      delimiter = '\t',
      quoteCharacter = '`',
      textBlock =
          """
          fred@x.org\t-|-|fred|x.org
          Fred Foobar <fred@x.org>\tFred Foobar|-|fred|x.org
          "Foobar, Fred \\"Q\\"" <fred@x.org>\tFoobar, Fred "Q"|-|fred|x.org
          Fred  Q.   Foobar<fred@x.org>\tFred Q. Foobar|-|fred|x.org
          fred@x.org (Fred)\tFred|-|fred|x.org
          <fred@x.org> (Fred (the one))\tFred (the one)|-|fred|x.org
          (not a name) fred@x.org\t-|-|fred|x.org
          Wilma (x) Fred <fred@x.org> (y)\tWilma Fred|-|fred|x.org
          "" <fred@x.org>\t-|-|fred|x.org
          =?utf-8?Q?a,b=40c?= <fred@x.org>\t=?utf-8?Q?a,b=40c?=|-|fred|x.org
          =?utf-8?B?w6Q=?= =?utf-8?B?w6Q=?= <f@x>\t=?utf-8?B?w6Q=?= =?utf-8?B?w6Q=?=|-|f|x
          fred@x.org <fred@x.org>\tfred@x.org|-|fred|x.org
          [List] Fred <fred@x.org>\t[List] Fred|-|fred|x.org
          <@a.org,@b.org:fred@x.org>\t-|@a.org,@b.org|fred|x.org
          "fred foobar"@x.org\t-|-|fred foobar|x.org
          fred@[127.0.0.1]\t-|-|fred|[127.0.0.1]
          fred . foobar @ x . org\t-|-|fred.foobar|x.org
          fred\t-|-|fred|.MISSING-HOST-NAME.
          <fred>\t-|-|fred|.MISSING-HOST-NAME.
          fred@\t-|-|fred|.MISSING-HOST-NAME.
          Mailer <>\tMailer|-||.MISSING-HOST-NAME.
          two words\t-|-|two words|.SYNTAX-ERROR.
          two words, a@b\t-|-|two words|.SYNTAX-ERROR. -|-|a|b
          a@b@c, d@e\t-|-|a@b@c|.SYNTAX-ERROR. -|-|d|e
          @x.org\t-|-|@x.org|.SYNTAX-ERROR.
          > a@b\t-|-|> a@b|.SYNTAX-ERROR.
          Fred <fred@x.org, a@b\tFred|-|fred|x.org -|-|a|b
          Fred <fred foo@x.org>, a@b\t-|-|Fred <fred foo@x.org>|.SYNTAX-ERROR. -|-|a|b
          "Fred <fred@x.org>, a@b\t"Fred|-|fred|x.org -|-|a|b
          (Fred <fred@x.org>, a@b\t(Fred|-|fred|x.org -|-|a|b
          <a@b> junk, c@d\t-|-|a|b -|-|c|d
          a@b; c@d\t-|-|a|b -|-|c|d
          a@b,,, c@d,\t-|-|a|b -|-|c|d
          ,\t
          (only a comment)\t
          Friends:;\tFriends: ;
          Friends: a@b, "C" <c@d>;\tFriends: -|-|a|b C|-|c|d ;
          Friends: a@b\tFriends: -|-|a|b ;
          A: a@b; x@y, B:;\tA: -|-|a|b ; -|-|x|y B: ;
          A: B: a@b;\tA: -|-|B: a@b|.SYNTAX-ERROR. ;
          undisclosed-recipients:;\tundisclosed-recipients: ;
          """)
  void addressesAreReadAsMailHasThem(String value, String expected) {
    assertThat(show(AddressParser.parse(value))).isEqualTo(expected == null ? "" : expected);
  }

  private static String show(List<Address> list) {
    return list.stream().map(AddressParserTest::show).collect(Collectors.joining(" "));
  }

  private static String show(Address address) {
    return switch (address) {
      case Address.Mailbox(var name, var route, var local, var host) ->
          orDash(name) + "|" + orDash(route) + "|" + local + "|" + host;
      case Address.GroupStart(var name) -> name + ":";
      case Address.GroupEnd() -> ";";
    };
  }

  private static String orDash(String text) {
    return text == null ? "-" : text;
  }

  @Test
  void moreThanAThousandAreNotRead() {
    assertThat(AddressParser.parse("a@b,".repeat(2_000))).hasSize(1_000);
    assertThat(AddressParser.parse("g:" + "a@b,".repeat(2_000)))
        .hasSize(1_001)
        .endsWith(new Address.GroupEnd());
  }

  @Test
  void anErrorShowsNoMoreThan255Octets() {
    var error = (Address.Mailbox) AddressParser.parse("x ".repeat(1_000)).getFirst();
    assertThat(error.local()).hasSize(255);
  }

  @Test
  void commentsDeeperThan32AreText() {
    var deep = "(".repeat(32) + "(" + ")".repeat(32);
    assertThat(show(AddressParser.parse("a@b " + deep)))
        .isEqualTo("(".repeat(32) + ")".repeat(31) + "|-|a|b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '\t',
      quoteCharacter = '`',
      value = {"\"", "(", "<", "a<", ":", "=?", "=?a?b?,", "\\", "@", "[", "(\\"})
  @Timeout(60)
  void hostileRunsTakeLinearTime(String piece) {
    // Of a megaoctet, a millisecond's work where it is linear, and an hour's where it is not.
    var value = piece.repeat((1 << 20) / piece.length());
    assertThat(AddressParser.parse(value)).hasSizeLessThanOrEqualTo(1_001);
  }

  @Property
  void nothingMakesItFail(
      @ForAll
          @StringLength(max = 60)
          @Chars({'<', '>', ',', ';', ':', '@', '"', '(', ')', '[', ']', '\\', '.', ' ', 'a'})
          @CharRange(from = 'x', to = 'z')
          String value) {
    assertThat(AddressParser.parse(value)).doesNotContainNull();
  }

  @Property
  void anOrdinaryListReadsBack(
      @ForAll @StringLength(min = 1, max = 9) @CharRange(from = 'a', to = 'z') String word) {
    var list = "\"" + word + "\" <" + word + "@x." + word + ">, " + word + "@y (" + word + ")";
    assertThat(AddressParser.parse(list))
        .containsExactly(
            new Address.Mailbox(word, null, word, "x." + word),
            new Address.Mailbox(word, null, word, "y"));
  }
}
