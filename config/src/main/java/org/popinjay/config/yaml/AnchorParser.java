package org.popinjay.config.yaml;

import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.events.NodeEvent;

/// Jackson's parser, which keeps the anchor of a mapping or list but forgets that of a single
/// value.
final class AnchorParser extends YAMLParser {

  private AnchorParser(
      IOContext context, int parserFeatures, int yamlFeatures, LoaderOptions options, Reader in) {
    super(context, parserFeatures, yamlFeatures, options, null, in);
  }

  static AnchorParser of(String document) throws IOException {
    return (AnchorParser) new Factory().createParser(new StringReader(document));
  }

  /// The name that the current value can be called by further down.
  @Nullable String anchor() {
    return _lastEvent instanceof NodeEvent event ? event.getAnchor() : null;
  }

  private static final class Factory extends YAMLFactory {
    private static final long serialVersionUID = 1L;

    @Override
    protected YAMLParser _createParser(Reader in, IOContext context) {
      return new AnchorParser(context, _parserFeatures, _yamlParserFeatures, _loaderOptions, in);
    }
  }
}
