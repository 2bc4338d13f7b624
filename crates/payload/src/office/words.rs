//! Words in a macro's source that say when it starts and what it reaches for.
//!
//! Sources: Microsoft's reference of Word's, Excel's and PowerPoint's automatic macros and document events; the
//! Windows calls and objects that reports of macro malware name (ATT&CK T1059.005, T1105, T1055).

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

/// Procedures that Office runs by itself.
const STARTS: &[&str] = &[
    "AutoExec",
    "AutoOpen",
    "AutoClose",
    "AutoNew",
    "AutoExit",
    "Auto_Open",
    "Auto_Close",
    "Auto_Activate",
    "Auto_Deactivate",
    "Auto_Exec",
    "Auto_New",
    "Auto_Exit",
    "Auto_Ouvrir",
    "Auto_Add",
    "Auto_Remove",
    "Document_Open",
    "Document_Close",
    "Document_New",
    "Document_BeforeClose",
    "Document_ContentControlOnEnter",
    "Document_ContentControlOnExit",
    "DocumentOpen",
    "DocumentBeforeClose",
    "DocumentChange",
    "NewDocument",
    "Workbook_Open",
    "Workbook_Activate",
    "Workbook_Deactivate",
    "Workbook_BeforeClose",
    "Workbook_BeforeSave",
    "Workbook_Close",
    "Workbook_AddinInstall",
    "Workbook_WindowActivate",
    "Workbook_SheetActivate",
    "Workbook_SheetCalculate",
    "Worksheet_Activate",
    "Worksheet_Calculate",
    "Worksheet_Change",
    "Worksheet_SelectionChange",
    "Presentation_Open",
    "App_PresentationOpen",
    "OnSlideShowPageChange",
    "OnSlideShowTerminate",
    "SlideShowBegin",
    "InkPicture1_Painted",
    "Frame1_Layout",
    "MultiPage1_Layout",
    "ImageCombo21_Change",
    "UserForm_Initialize",
    "UserForm_Activate",
    "Application_Startup",
    "Application_Quit",
    "Application_NewMail",
    "WebBrowser1_DocumentComplete",
    "ThisDocument_New",
    "Class_Initialize",
];

/// Calls and objects that reach outside the document.
const RISKY: &[&str] = &[
    "Shell",
    "ShellExecute",
    "ShellExecuteA",
    "ShellExecuteW",
    "ShellExecuteExA",
    "WinExec",
    "WScript.Shell",
    "WScript",
    "CreateObject",
    "GetObject",
    "CallByName",
    "ExecuteExcel4Macro",
    "Application.Run",
    "ExecuteStatement",
    "MacScript",
    "AppleScriptTask",
    "popen",
    "powershell",
    "pwsh",
    "cmd.exe",
    "%comspec%",
    "comspec",
    "mshta",
    "rundll32",
    "regsvr32",
    "certutil",
    "bitsadmin",
    "msiexec",
    "wmic",
    "cscript",
    "schtasks",
    "curl.exe",
    "winmgmts",
    "Win32_Process",
    "Win32_ProcessStartup",
    "Shell.Application",
    "Schedule.Service",
    "MSXML2.XMLHTTP",
    "MSXML2.ServerXMLHTTP",
    "Microsoft.XMLHTTP",
    "WinHttp.WinHttpRequest",
    "InternetExplorer.Application",
    "Adodb.Stream",
    "Scripting.FileSystemObject",
    "SaveToFile",
    "URLDownloadToFile",
    "URLDownloadToFileA",
    "URLDownloadToFileW",
    "InternetOpenUrl",
    "InternetReadFile",
    "DownloadFile",
    "DownloadString",
    "CreateTextFile",
    "FileCopy",
    "VirtualAlloc",
    "VirtualAllocEx",
    "VirtualProtect",
    "RtlMoveMemory",
    "CreateThread",
    "CreateRemoteThread",
    "WriteProcessMemory",
    "QueueUserAPC",
    "CreateProcessA",
    "CreateProcessW",
    "LoadLibraryA",
    "GetProcAddress",
    "EnumSystemLocalesA",
    "CallWindowProcA",
    "RegWrite",
    "RegRead",
    "SaveSetting",
    "SendKeys",
    "Environ",
    "StrReverse",
    "ChrW",
    "ChrB",
    "Chr",
    "Declare",
    "Kill",
    "AddFromString",
    "VBProject",
    "VBComponents",
    "CodeModule",
    "AccessVBOM",
    "VBAWarnings",
    "Base64",
    "bin.base64",
    "FromBase64String",
];

/// Risky calls that innocent macros make every day: told to an analyst only.
const EVERYDAY: &[&str] = &[
    "CreateObject",
    "GetObject",
    "Environ",
    "Chr",
    "ChrW",
    "ChrB",
    "StrReverse",
    "Kill",
    "FileCopy",
    "SendKeys",
    "SaveSetting",
    "Declare",
    "CallByName",
    "Application.Run",
    "Scripting.FileSystemObject",
    "CreateTextFile",
    "Base64",
    "RegRead",
    "VBProject",
    "VBComponents",
    "CodeModule",
    "WScript",
    "comspec",
];

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let all = STARTS.iter().chain(RISKY);
    AhoCorasickBuilder::new().ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest).build(all).ok()
});

/// What a text names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// Procedures that start by themselves.
    pub(crate) starts: Vec<&'static str>,
    /// Risky calls.
    pub(crate) risky: Vec<&'static str>,
}

/// The words that stand in a text, each once, in the lists' spelling.
pub(crate) fn named(text: &[u8]) -> Named {
    let mut named = Named::default();
    let Some(finder) = FINDER.as_ref() else { return named };
    for hit in finder.find_iter(text) {
        if !stands_alone(text, hit.start(), hit.end()) {
            continue;
        }
        let number = hit.pattern().as_usize();
        let (list, word) = match STARTS.get(number) {
            Some(word) => (&mut named.starts, *word),
            None => (&mut named.risky, RISKY[number - STARTS.len()]),
        };
        if !list.contains(&word) {
            list.push(word);
        }
    }
    named
}

/// Whether innocent macros call it every day.
pub(crate) fn is_everyday(word: &str) -> bool {
    EVERYDAY.contains(&word)
}

fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let inside =
        |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    !inside(start.checked_sub(1)) && !inside(Some(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_in_any_case_are_named() {
        let named = named(b"sub AUTOOPEN()\n x = shell(\"PowerShell -e\")\n Set o = CreateObject(\"wscript.shell\")");
        assert_eq!(named.starts, ["AutoOpen"]);
        assert_eq!(named.risky, ["Shell", "powershell", "CreateObject", "WScript.Shell"]);
    }

    #[test]
    fn parts_of_words_are_not() {
        assert_eq!(named(b"Nutshell, MyAutoOpenings, chromium, Dim environment"), Named::default());
    }
}
