//! Code of languages that servers run, other than PHP and shells, and what makes their parsers run something (CWE-94, 502,
//! 611, 1321): JavaScript on Node, Python, Ruby, Perl, Java's classes, serialised objects, XML entities, server-side includes.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::base64;
use super::decode::Decoded;
use super::patterns::Patterns;

/// How sure one can be, from 0 to 1, that a value is such code.
pub(crate) fn score(value: &Decoded) -> f32 {
    static NAMED: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(NAMED_LIST));
    static CALLED: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(CALLED_LIST));
    let lower = value.lower.as_str();
    let mut best = if value.has(b"._$[<%#:\x05") || holds_name(lower) { NAMED.score(lower) } else { 0.0 };
    if value.has(b"([{`") {
        best = best.max(CALLED.score(lower));
    }
    if spells_class(&value.text) { best.max(0.7) } else { best }
}

/// Names of classes as Base64 has them, at each of the three places of a group that they may begin at.
pub(crate) fn spelt_names() -> &'static [String] {
    static SPELT: LazyLock<Vec<String>> =
        LazyLock::new(|| CLASSES.iter().flat_map(|name| (0..3).map(|before| base64::spelt(name, before))).collect());
    &SPELT
}

fn spells_class(text: &str) -> bool {
    static AUTOMATON: LazyLock<AhoCorasick> =
        LazyLock::new(|| AhoCorasick::new(spelt_names()).expect("some dozen names make a small automaton"));
    text.len() >= 9 && AUTOMATON.is_match(text)
}

const CLASSES: &[&str] = &[
    "runtime",
    "Runtime",
    "processbuilder",
    "ProcessBuilder",
    "classloader",
    "ClassLoader",
    "clonetransformer",
    "CloneTransformer",
    "forclosure",
    "ForClosure",
    "whileclosure",
    "WhileClosure",
    "instantiatefactory",
    "InstantiateFactory",
    "instantiatetransformer",
    "InstantiateTransformer",
    "invokertransformer",
    "InvokerTransformer",
    "prototypeclonefactory",
    "PrototypeCloneFactory",
    "prototypeserializationfactory",
    "PrototypeSerializationFactory",
    "java.lang.",
    "java.io",
    "getRuntime",
    "java.util.",
    "javax.naming",
    "jdk.nashorn",
    "filewriter",
    "FileWriter",
    "xmldecoder",
    "XMLDecoder",
];

/// Names that are a sign without any mark: classes by which Java's serialised objects are made to run something, and what
/// such objects begin with, as hexadecimal digits or Base64, compressed or not.
fn holds_name(lower: &str) -> bool {
    static AUTOMATON: LazyLock<AhoCorasick> =
        LazyLock::new(|| AhoCorasick::new(NAMES).expect("some dozen names make a small automaton"));
    AUTOMATON.is_match(lower)
}

/// For the gate too.
pub(crate) const NAMES: &[&str] = &[
    "ro0ab",
    "aced0005",
    "h4siaaaa",
    "kztaau",
    "cs7qaf",
    "invokertransformer",
    "chainedtransformer",
    "constanttransformer",
    "clonetransformer",
    "instantiatetransformer",
    "instantiatefactory",
    "prototypeclonefactory",
    "prototypeserializationfactory",
    "forclosure",
    "whileclosure",
    "xmldecoder",
    "filewriter",
    "templatesimpl",
    "badattributevalueexp",
    "jdbcrowsetimpl",
    "unmarshaller",
    "objectinputstream",
    "urlclassloader",
    "processbuilder",
    "getruntime",
    "ysoserial",
    "allowstaticmethodaccess",
    "denymethodexecution",
    "excludedclasses",
    "excludedpackagenames",
    // What BinaryFormatter of .NET begins with
    "aaeaaad/////",
];

const NAMED_LIST: &[(f32, &str)] = &[
    (
        0.75,
        r"__(define|lookup)[gs]etter__|\bprocess\.(daemon|fork|kill|setsid)\b|<%-?\s*(import|for|if|var|global|process|include)\b|\{\$(smarty|template)|!(ruby|python)/|\b(bsh|sun)\.(interpreter|misc\.|reflect|net\.|rmi\.)|\bjakarta\.(el|servlet|faces|persistence|naming)\b|\bobject\.prototype\b|\bsys\.(modules|path|stdout|argv)\b",
    ),
    // Struts' own names of parameters (CVE-2013-2251), OGNL's switches, Spring's headers (CVE-2022-22963)
    (
        0.7,
        r"^(redirect|redirectaction):\s*(https?:|//|[%$]\{)|^(action|method):\s*([%$]\{|[a-z]+!)|\b(allowstaticmethodaccess|denymethodexecution|excludedclasses|excludedpackagenames)\b|spring\.cloud\.function|#(application|parameters|session|request|attr|context)\s*(\.|\[|$)",
    ),
    // Java and its kin
    (
        0.9,
        r"\bjava\.(lang|io|util|net|beans|naming|rmi|nio|awt|sql|security|text)\b|\bjavax\.(script|el|naming|management|swing|xml)\b|\b(getruntime|processbuilder|runtime\.(exec|getruntime)|classloader|scriptenginemanager|ognlcontext|_memberaccess|memberaccess|freemarker\.|com\.opensymphony|com\.(sun|mchange|thoughtworks|caucho|alibaba\.fastjson|zaxxer)\.|sun\.reflect|com\.ibm\.|weblogic\.[a-z]+\.|scala\.sys|kotlin\.io|jdk\.nashorn|javassist\.|groovy\.(lang|util)|clojure\.(lang|core)|org\.(apache\.(commons|struts|xalan|tomcat|catalina|logging|bcel|velocity|xbean|myfaces|wicket|jasper)|springframework|codehaus|hibernate|jboss|mozilla\.javascript|omg\.corba|python\.core|mvel|yaml\.snakeyaml|xml\.sax))",
    ),
    (
        0.8,
        r"\bclass\.(module|classloader|protectiondomain)\b|\bro0ab[a-z0-9+/=_-]{2}|\baced0005|\baaeaaad/{4}|\bh4siaaaa|kztaau|cs7qaf",
    ),
    (
        0.8,
        r"\b((invoker|chained|constant|clone|instantiate)transformer|instantiatefactory|prototype(clone|serialization)factory|(for|while)closure|xmldecoder|filewriter|templatesimpl|badattributevalueexp[a-z]*|jdbcrowsetimpl|unmarshaller|objectinputstream|urlclassloader|ysoserial|bsh\.interpreter|xwork\.methodaccessor)\b|#(context|_memberaccess|application|parameters|attr)\s*[\[.=]|(\xef\xbf\xbd){2}\x05[a-z]",
    ),
    // JavaScript
    (
        0.85,
        r"\bchild_process\b|\bprocess\s*[.\[]\s*[\x22\x27\x60]?(env|binding|mainmodule|exit|argv|version|kill|dlopen|cwd|platform|stdout)|__proto__|\bconstructor\]?\s*[.\[]\s*[\x22\x27\x60]?(prototype|constructor|name|from)|\bprototype\s*\[|_\$\$nd_func\$\$_|__js_function|\b(require|process|console)\s*\.\s*(resolve|main|extensions|cache|debug|error|info|log|trace|warn|access|stdin)\b\s*[.(\[=]|\bthis\s*\.\s*constructor|\bmodule\.exports|\bglobal(this)?\s*(\.|\[)\s*[\x22\x27]?(process|require|constructor|module)|\breflect\.(get|set|apply|construct|ownkeys)|\bobject\.(assign|defineproperty|entries|keys|getown[a-z]+)\s*\(",
    ),
    // What React's server reads as parts of a page (CVE-2025-55182): references that walk to a prototype.
    (
        0.8,
        r"\$[0-9a-z]{1,4}(:[a-z0-9_]+)*:(prototype|constructor|__proto__)\b|\bconstructor:constructor\b|[\x22\x27]resolved_model[\x22\x27]",
    ),
    // Python, Ruby, Perl
    (
        0.85,
        r"__(import|class|mro|subclasses|globals|builtins|init|base|bases|dict|getattribute|code|reduce|name|file)__|\b(os|subprocess|commands|posix|pty|shutil|pickle|importlib)\.(system|popen|call|exec|spawn|run|check_output|getoutput|loads|import_module|remove|listdir|environ)|\b(file|io|kernel|dir|process|open3|pty|erb|marshal|yaml)(\.|::)(read|popen[0-9]?|open|exec|system|spawn|syscopy|capture[0-9e]*|pipeline[a-z_]*|glob|entries|foreach|new|fork|delete|unlink|binread|write|pwd|load|eval)\b|%x[\{\(\[]|\bqx\s*[/{(\x27|]",
    ),
    (
        0.75,
        r"<!--\s*#\s*(exec|include|echo|config|printenv|set|if|fsize|flastmod)|<!doctype\s+[^>]*(\[|system|public)|<!entity|<xsl:|xmlns:xsl|<xi:include|<\?xml-stylesheet",
    ),
];

const CALLED_LIST: &[(f32, &str)] = &[
    (
        0.7,
        r"[\x22\x27]constructor[\x22\x27]\s*:\s*\{|\b(root|global|window)\.process\b|\bwhile\s*\([^)]{0,20}\)\s*\{|(^|[^a-z0-9])\$!?\{?[a-z]+\.[a-z]+(\(|\})|\{@[a-z]+\s|@[a-z0-9_.]+\.[a-z0-9_]+@[a-z_]+\(|\(#[a-z_]+\s*=|\.class\.(forname|getclassloader|getresource)",
    ),
    // A pickle of Python, protocol 0: a module, a name, a mark
    (
        0.75,
        r"^c[a-z_.]+[\r\n]+[a-z_]+[\r\n]+\(|\b(globals|locals|vars)\(\)\s*\[|\bgetattr\(|\bimportlib\.|\b(new\s+buffer|vm\.runin|net\.(connect|createserver)|http\.(get|request|createserver))\s*\(",
    ),
    (
        0.7,
        r"\b(thread|system|class|runtime)\.(sleep|exit|getproperty|getenv|forname|exec|load|loadlibrary)\s*\(|\.getclass\(|\bnew\s+(java|javax)\.",
    ),
    (
        0.7,
        r"\b(eval|new\s+function)\s*\(|\b(binding|env|global|mainmodule|require|process|console|child_process)\s*\[\s*[\x22\x27\x60a-z0-9]|\(\s*[^0-9a-z_]child_process|\bprocess\.[a-z]+(\.call)?\(",
    ),
    (
        0.85,
        r"\brequire\s*(/\*.*\*/\s*)?[\(\[\x60]|\bnew\s+function\b|\bfunction\s*[a-z_]*\s*\([^)]*\)\s*\{|\(\s*\)\s*=>|=>\s*\{|\basync\s+function",
    ),
    (
        0.75,
        r"\b((exec|spawn|fork|execfile|open|close|exists|access|chmod|chown|link|mkdir|mkdtemp|read(dir|file|link|v)?|rename|rmdir|stat|symlink|truncate|unlink|utimes|write(file|v)?|append(file)?|copy(file)?|rm|cp|lstat|realpath|watch)sync|createreadstream|createwritestream|readfile|writefile|appendfile|unlink|runinnewcontext|runinthiscontext|runincontext|execfile|watchfile)\s*\(",
    ),
    (
        0.75,
        r"\.\s*(exec|spawn|fork|execsync|popen|system|invoke|newinstance|getclass|getmethod|forname|getdeclaredmethod[s]?|loadclass|defineclass|getengine[a-z]*)\s*\(",
    ),
    (
        0.75,
        r"\[\s*[\x22\x27\x60](exec|spawn|fork|eval|constructor|popen|system|process|require|mainmodule|child_process)(sync)?[\x22\x27\x60]\s*\]",
    ),
    (
        0.7,
        r"\b(while|for)\s*\(\s*(true|1|;\s*;|!0)\s*\)|\bimport\s*\(\s*[\x22\x27\x60]|\bimport\s+(os|sys|subprocess|socket|pty)\b",
    ),
    (
        0.7,
        r"\bprint\s*\(\s*(md5|[0-9]+[*+-])|\b(open|eval|exec|compile|getattr|globals|locals|__import__)\s*\(\s*[\x22\x27]|[@%&$]\{\s*\[|@\{\[|\bqx[/{(]",
    ),
    (0.6, r"\bres(ponse)?\.(end|write|send|json)\s*\(|\barguments\.callee\b|\bdo\s*\{[^}]*\}\s*while\b"),
    (
        0.65,
        r"\b(string\.fromcharcode|buffer\.from|atob|unescape|decodeuricomponent|settimeout|setinterval|setimmediate)\s*\(",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    #[test]
    fn code_and_text() {
        for value in [
            "require('child_process')",
            "process.env",
            "__proto__[x]",
            "constructor.prototype.x",
            "new Function('x')",
            "eval('1')",
            "java.lang.Runtime",
            "class.module.classLoader",
            "rO0ABXNy",
            "__import__('os')",
            "os.system('x')",
            "Process.spawn",
            "%x(id)",
            "@{[system 'id']}",
            "while(true);",
            "readFileSync('x')",
            "<!--#exec cmd=\"id\"-->",
            "<!DOCTYPE x [<!ENTITY a SYSTEM \"b\">]>",
            "IO.popen('id')",
            "x['constructor']",
        ] {
            assert!(score(&decode(value, false)) >= 0.5, "{value}");
        }
        for value in [
            "java",
            "process: pending",
            "Is a photo required (yes)?",
            "constructor of homes",
            "os. 4",
            "class.schedule.pdf",
            "open (9-5)",
            "I work for org.",
            "www.example.com/process",
            "Function Room (2nd floor)",
            "while (I was) away",
            "dir. of sales",
        ] {
            assert!(score(&decode(value, false)) < 0.5, "{value}: {}", score(&decode(value, false)));
        }
    }
}
