//! Probing: tools that look for weak sites, by the name they give themselves, and by the pages they ask for.

use std::sync::LazyLock;

use super::patterns::Patterns;

/// How sure one can be that a user agent is a tool for finding weak sites. Such a tool may be honest about its name and
/// still be one that the office ordered: that is for the detector to know.
pub(crate) fn agent(lower: &str) -> f32 {
    static TOOLS: LazyLock<Patterns> = LazyLock::new(|| {
        Patterns::new(&[
            (
                0.95,
                r"sqlmap|havij|sqlninja|pangolin|bsqlbf|absinthe|\bsqlix|jsql|nosqlmap|\bcommix|fimap|tplmap|xsser|dalfox",
            ),
            (
                0.95,
                r"acunetix|nikto|nessus|openvas|netsparker|invicti|webinspect|appscan|\bw3af|arachni|skipfish|wapiti|vega/|grendel-scan|n-stealth|whisker|paros|burp|zaproxy|owasp[_ -]?zap|qualys|detectify|nuclei|jaeles|rapid7|insightappsec|veracode|whitehat|cgichk|webvulnscan|golismero|uniscan|joomscan|wpscan|cmsmap|droopescan|blackwidow|springenwerk",
            ),
            (
                0.9,
                r"dirbuster|gobuster|dirsearch|feroxbuster|\bffuf|wfuzz|dirb\b|\bdir ?hunt|webshag|brutus|\bhydra\b|patator|medusa|fuzz faster|jbrofuzz|grabber|\bpmafind|mysqloit|domino hunter",
            ),
            (
                0.85,
                r"masscan|zgrab|\bnmap\b|nmap scripting|zmap|zmeu|morfeus|muieblack|toata|whatweb|wappalyzer-cli|httpx - |l9(explore|tcpid|scan)|leakix|expanse|internet-?measurement|netcraft survey|\bcensys|odin\.io|gobuster|fhscan|core-project|jorgee|python-nmap|sysscan|nimbostratus|sf/|projectdiscovery|interactsh",
            ),
        ])
    });
    TOOLS.score(lower)
}

/// Files that no site means to serve: a request for them is a probe whatever the answer.
pub(crate) fn secret_file(lower: &str) -> f32 {
    static FILES: LazyLock<Patterns> = LazyLock::new(|| {
        Patterns::new(&[
            (
                0.8,
                r"/\.(env|git|svn|hg|bzr|cvs|aws|ssh|ht[a-z]{2,}|ds_store|npmrc|dockerenv|docker|kube|vscode|idea|bash[a-z_]*|zsh[a-z_]*|sh_history|history|mysql_history|psql_history|profile|passwd|config|listing|subversion|netrc|pgpass|gnupg|s3cfg|ftpconfig|travis|circleci|gitlab-ci|composer|terraform|boto|azure|gcloud|cvsignore|gitignore|viminfo|lesshst|rhosts|forward|web|old|bak|swp)\b",
            ),
            // What scanners ask for to see what a site says of pages that it has not.
            (
                0.8,
                r"nessus(_is_probing|test)|appscan_fingerprint|/rfiinc?\.txt|acunetix|netsparker|/nikto[-_.]|thereisnowaythat|antidisestablishmentarianism|postnottherenonobook|/cybercop|/(sqlmap|w3af|openvas|arachni)\b",
            ),
            (
                0.7,
                r"/nmap(lower|upper)check|/evox/about$|/sdk$|/miniscript/wvs|/#[^/]+#$|/(passwd|passwords?|users)\.(txt|db|csv)$|/access[._]log$|terraform\.tfstate|/storage/logs/",
            ),
            // The whole site, packed.
            (
                0.6,
                r"^/(site|www|web|wwwroot|htdocs|public_html|html|backups?|old|source|src|code|sql|dump|db|database)\.(zip|tar|t?gz|tar\.(gz|bz2|xz)|rar|7z|bz2|war)$",
            ),
            // Notes that programming assistants are left.
            (0.6, r"/(claude(\.local)?|gemini|agents|copilot-instructions)\.md$|/mcp\.json$"),
            // Servers for developers (Vite, webpack), which read files of the machine (CVE-2025-30208 and those after it).
            (
                0.7,
                r"/@(id|fs|vite|react-refresh)(/|$)|/__(vite_ping|webpack_dev_server__|webpack_hmr|open-in-editor)|__x00__",
            ),
            (0.6, r"/\.[a-z0-9_][a-z0-9_.-]*(/[^?]*)?$"),
            (
                0.6,
                r"\.(sql|sqlite3?|mdb|bak|backup|old|orig|save|swp|swo|dump|pem|p12|pfx|jks|kdbx|ini|passwd|htpasswd)(\.(gz|zip|bz2|tar|7z))?$|[a-z0-9]~$",
            ),
            (
                0.6,
                r"/(wp-config|configuration|config|settings|database|db|secrets?|credentials?|local)(\.inc)?\.(php|ya?ml|env|bak|old|txt|ini)\b|/(errors?|debug|error_log|access_log)\.?(log|txt)?$",
            ),
            (
                0.7,
                r"/(composer|package-lock|yarn)\.(json|lock)$|/(dockerfile|docker-compose\.ya?ml|web\.config|id_[dr]sa|phpinfo\.php|info\.php|test\.php|adminer[^/]*\.php|shell\.php|c99\.php|r57\.php|cmd\.(php|jsp|aspx?))$",
            ),
        ])
    });
    // Sites do serve what RFC 8615 puts there.
    if lower.contains("/.well-known/") { FILES.score(&lower.replace("/.well-known", "")) } else { FILES.score(lower) }
}

/// Pages of software that most sites do not run. Where the site does answer them, asking for them is no probe.
pub(crate) fn common_page(lower: &str) -> f32 {
    static PAGES: LazyLock<Patterns> = LazyLock::new(|| {
        Patterns::new(&[
            (
                0.7,
                r"/(package|bower|tsconfig|jsconfig|appsettings[a-z.]*|npm-shrinkwrap)\.json$|/(gulpfile|gruntfile|webpack\.[a-z.]+|karma\.conf|vite\.config)\.[a-z]+$|/(gemfile|pipfile)(\.lock)?$|/(requirements\.txt|procfile|vagrantfile|makefile|jenkinsfile|pom\.xml|phpunit\.xml[a-z.]*|build\.(xml|gradle)|(parameters|services|database|secrets)\.ya?ml|thumbs\.db|desktop\.ini|npm-debug\.log|server\.key|[a-z_-]+\.key)$|/cvs/(root|entries|repository)|/localsettings\.php|/wp-(admin|login|content|includes|json|cron|trackback|signup|links)|/xmlrpc\.php|/wlwmanifest\.xml|/wordpress/",
            ),
            (
                0.8,
                r"/(php-?my-?admin|pma|myadmin|mysqladmin|dbadmin|sqladmin|phppgadmin|websql|mysql-admin)[0-9._-]*(/|$)|/administrator/",
            ),
            (
                0.7,
                r"/(manager/html|host-manager|jmx-console|web-console|invoker/|struts|solr/|actuator|jenkins|script/|console/|_ignition|telescope|_profiler|server-status|server-info|elmah\.axd|trace\.axd|\.well-known/\.\.|nwa$|irj/|sap/bc/)",
            ),
            (
                0.8,
                r"/(vendor/phpunit|phpunit/|eval-stdin\.php|cgi-bin/[a-z0-9_.-]*(test|printenv|php|bash|luci|cvename|status)|boaform|hnap1|gponform|setup\.cgi|shell\?|currentsetting\.htm|networkdiag\.cgi|tmui/|dana-na/|\+cscoe\+|remote/(login|fgt_lang|logincheck)|owa/auth|ecp/|autodiscover/|mifs/|api/jsonws|geoserver|nacos/|druid/|owncloud/|getphpinfo|remote_agent\.php|scripts/(setup|cpshost|root)|_vti_|msadc|fckeditor|ckfinder|kcfinder|muieblackcat|w00tw00t|azenv|proxyheader|judge|/dede|thinkphp|invokefunction)",
            ),
        ])
    });
    PAGES.score(lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_and_browsers() {
        assert!(agent("sqlmap/1.7#stable") >= 0.5);
        assert!(agent("mozilla/5.00 (nikto/2.1.5)") >= 0.5);
        assert!(agent("mozilla/5.0 (windows nt 10.0; rv:109.0) gecko/20100101 firefox/115.0") < 0.5);
        assert!(agent("curl/8.5.0") < 0.5);
    }

    #[test]
    fn probes_and_pages() {
        assert!(
            secret_file("/.env") >= 0.5 && secret_file("/backup.sql") >= 0.5 && secret_file("/a/.git/config") >= 0.5
        );
        assert!(common_page("/wp-login.php") >= 0.5 && common_page("/phpmyadmin/") >= 0.5);
        for path in ["/", "/voter/record", "/.well-known/security.txt", "/css/site.min.css", "/forms/config-guide.html"]
        {
            assert!(secret_file(path) < 0.5 && common_page(path) < 0.5, "{path}");
        }
    }
}
