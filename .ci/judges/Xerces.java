import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.w3c.dom.bootstrap.DOMImplementationRegistry;
import org.w3c.dom.ls.DOMImplementationLS;
import org.w3c.dom.ls.LSInput;
import org.w3c.dom.ls.LSResourceResolver;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** Validates files with the Xerces of the JDK: {@code Xerces SCHEMA_DIR FILE...}. */
class Xerces {
    public static void main(String[] arguments) throws Exception {
        File schemas = new File(arguments[0]);
        var resolver = localOnly(schemas);
        var factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
        factory.setFeature("http://apache.org/xml/features/validation/schema-full-checking", true);
        factory.setResourceResolver(resolver);
        factory.setErrorHandler(strict());
        Validator validator = factory.newSchema(new File(schemas, "mods-3-8.xsd")).newValidator();

        for (String file : Arrays.copyOfRange(arguments, 1, arguments.length)) {
            validator.reset();
            validator.setResourceResolver(resolver);
            validator.setErrorHandler(strict());
            try {
                validator.validate(new StreamSource(new File(file)));
                System.out.println("ok\t" + file);
            } catch (SAXParseException e) {
                refuse(file, "line " + e.getLineNumber() + ": " + e.getMessage());
            } catch (SAXException | IOException | UncheckedIOException e) {
                refuse(file, e.toString());
            }
        }
    }

    private static void refuse(String file, String reason) {
        System.out.println("refused\t" + file + "\t" + reason.replaceAll("\\s+", " "));
    }

    /** Finds every schema by its file name in one folder, and nothing anywhere else. */
    private static LSResourceResolver localOnly(File schemas) throws Exception {
        var inputs = (DOMImplementationLS) DOMImplementationRegistry.newInstance().getDOMImplementation("LS");
        return (type, namespace, publicId, systemId, base) -> {
            File file = new File(schemas, systemId.substring(systemId.lastIndexOf('/') + 1));
            try {
                LSInput input = inputs.createLSInput();
                input.setSystemId(file.toURI().toString());
                input.setByteStream(new FileInputStream(file));
                return input;
            } catch (IOException e) {
                throw new UncheckedIOException(systemId + " is not in " + schemas, e);
            }
        };
    }

    private static ErrorHandler strict() {
        return new ErrorHandler() {
            public void warning(SAXParseException e) throws SAXException {
                throw e;
            }

            public void error(SAXParseException e) throws SAXException {
                throw e;
            }

            public void fatalError(SAXParseException e) throws SAXException {
                throw e;
            }
        };
    }
}
