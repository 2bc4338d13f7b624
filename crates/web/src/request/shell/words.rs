//! Names of commands, told apart by whether they are also words or names of people, places and things.
//!
//! Gathered from POSIX, the GNU tools, GTFOBins and LOLBAS.

use std::sync::LazyLock;

use hashbrown::HashMap;

/// What else a command's name may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing: no other text has it.
    Own,
    /// An abbreviation, or a short word that text has after a space.
    Terse,
    /// A word or name.
    Word,
}

/// What kind of command has this name in lower case; `None` where none has.
pub(super) fn kind(name: &str) -> Option<Kind> {
    static KINDS: LazyLock<HashMap<&str, Kind>> = LazyLock::new(|| {
        let own = OWN.split_whitespace().map(|word| (word, Kind::Own));
        let terse = TERSE.split_whitespace().map(|word| (word, Kind::Terse));
        own.chain(terse).chain(WORDS.split_whitespace().map(|word| (word, Kind::Word))).collect()
    });
    KINDS.get(name).copied().or_else(|| {
        let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        matches!(plain, "python" | "perl" | "ruby" | "php" | "lua" | "gcc" | "pip")
            .then_some(Kind::Own)
            .filter(|_| plain.len() < name.len())
    })
}

/// Commands of two words joined, with which no text begins.
pub(crate) fn joined() -> impl Iterator<Item = &'static str> {
    OWN.split_ascii_whitespace().filter(|name| name.contains(['-', '_']))
}

const OWN: &str = "
aa-enforce aa-disable aa-complain aa-status aa-logprof accton acpid alsactl apparmor_parser apt-cache apt-key
apt-config arptables atrm auditctl ausearch avahi-browse badblocks bccmd blockdev bootctl bpftool btrfs capsh cfdisk
chcon chcpu chfn chkconfig chmem cloud-init coredumpctl ctrlaltdel dbus-send dbus-daemon dbus-monitor debconf-show
deb-systemd-helper depmod devlink dhclient dircolors dnsmasq dpkg-query dpkg-deb dumpe2fs e2fsck e2label ebtables
edquota exportfs faillock fallocate fatlabel fdisk filefrag flatpak fstrim fuser fusermount gdbserver genisoimage
getcap getfattr gparted gpasswd gpg2 gpgv groupadd groupdel groupmod grpck grub-install grub-mkconfig hdparm hwclock
ifenslave insserv iotop ipcrm ipset ipvsadm iwconfig iwlist jstack jmap jstat jcmd kexec killall5 kpartx ksplice
ldapsearch ldapadd ldapmodify lastb lchage lchown lessecho locale-gen localectl losetup lsinitramfs lslocks lslogins
lsns lvcreate lvdisplay lvextend lvremove machinectl mdadm mii-tool mkinitrd mkswap mkisofs modinfo mongodump mongosh
mongorestore mpstat networkctl newusers nfsiostat nmblookup nsupdate numactl oathtool partprobe pg_dump pg_dumpall
pg_restore pidwait pivot_root pmap pppd pstack pvcreate pwck pwconv pwgen pwdx qemu-img quotacheck rdesktop redis-cli
redis-server renice repquota resize2fs resolvectl restorecon rfkill rkhunter rndc runlevel runcon scriptreplay semanage
sestatus setcap setenforce setfattr setleds setterm setxkbmap sfdisk sgdisk shellcheck showkey slabtop slapd slattach
smartctl smbpasswd smbstatus snap-store snapctl sosreport spawn-fcgi sqlplus sqlcmd sshfs ssh-add ssh-agent ssh-copy-id
start-stop stress-ng subscription-manager sulogin swapon swapoff swaplabel switch_root sysdig systemd-run
systemd-analyze tcptrack tunctl tune2fs udevadm ulockmgr umount.nfs unbuffer update-rc.d update-grub usbreset uuidparse
vgcreate vgdisplay vgremove vipe virt-install vncserver vpnc wdctl wipefs wpa_supplicant xdg-open xfs_repair xinetd
xvfb-run ypcat ypwhich zramctl zpool rclone ngrok ligolo metasploit msfvenom hashcat linpeas pspy
tracert chcp axel coproc
7z 7za aa-exec addgroup adduser agetty ansible-playbook apache2 apache2ctl apk apropos apt-get aptitude aria2c
arp arping aspell awk base32 base58 base64 basenc bashbug bcdedit bitsadmin blkid bpftrace brctl bsdtar bunzip2
busctl busybox byebug bzcat bzip2 bzless bzmore cacls cdrecord certbot certutil chattr chgrp chkdsk chmod chown
chpasswd chroot chsh clamscan cmd cmdkey cmstp cowsay cpan cpio cpulimit crontab cryptsetup cscli cscript csh csplit
csvde csvtool cupsfilter debugfs delgroup deluser diff3 diskpart diskshadow dmesg dmidecode dmsetup dnf dnscmd
dos2unix dosbox dpkg driverquery dsquery dvips easy_install efax egrep elvish emacs esac esentutl ethtool eventvwr
exiftool fgrep findmnt fping fsck fsutil ftpstats ftype fzf g++ gawk gcc gci gcim gcloud gdb getent getfacl getmac
ghci ginsh gpresult gpupdate grep gtester gunzip gwmi gzcat gzip hexdump hexedit hostid hostnamectl hping3 htdigest
htop htpasswd icacls icm iconv ieexec iex ifconfig ifdown iftop ifup infdefaultinstall insmod installutil ionice
iostat ip6tables ipconfig iptables ipxroute irb irm ispell iwr javac journalctl jps jq jrunscript jshell kinit ksh
kshell kubectl latexmk ld.so ldconfig ldd lftp ll loginctl logname logrotate logsave ls lsattr lsb_release lsblk
lscpu lshw lsmod lsof lspci lsusb ltrace lualatex luatex lwp-download lwp-mirror lwp-request lzcat lzma lzmore
mavinject mawk md5sum memcached mkdir mkfifo mkfs mktemp mlocate modprobe mofcomp msbuild msconfig msfconsole
msgattrib msgcat mshta msiexec mstsc mtr mysql mysqladmin mysqldump mysqldumpslow nasm nawk nbtstat ncat ncdu
neofetch net1 netcat netdom netplan netsh netstat nfsstat nginx nltest nmap nmcli nodejs nohup nologin npm npx nroff
nsenter nslookup ntdsutil ntpdate odbcconf odbcinst openssl openvpn passwd pcalua pcwrun pdb pdflatex pdftex perf
perlbug pgrep php phpinfo pidof pidstat pip pkexec pkg_info pkill pldd pnputil powershell printenv procdump
proxychains psexec psftp psgrep psloggedon psql pstree ptx pushd pv pwsh pyenv python qemu qprocess quser qwinsta
rasdial rbash rcp readelf readlink realpath regasm regedit regini regsvcs regsvr32 restic rlogin rlwrap rmdir rmmod
robocopy rpcinfo rpm rpmdb rpmquery rpmverify rsh rsync rsyslogd runas rundll32 runonce rview rvim rwinsta sajb saps
sbcl schtasks scp scrcons screenfetch sed setarch setfacl setsid sfc sftp sha1sum sha256sum showmount shrpubw slsh
smbclient snmpget socat sqlite3 sqlmap ssh ssh-keygen ssh-keyscan sshd sshpass start-stop-daemon stdbuf strace stty
subst sudo svn syncappvpublishingserver sysctl systemctl systemd-resolve systeminfo systray tac tailf takeown
taskkill tasklist tasksh tclsh tcpdump tcping tcptraceroute tcsh telnet tftp tmate tmux tracepath traceroute
traceroute6 troff tshark tskill tty typeperf tzutil ubuntu-bug ufw umount uname unexpand unlzma unrar unset unshare
unxz unzip update-alternatives uptime useradd userdel usermod utmpdump uudecode uuencode uuidgen valgrind vaultcmd
verclsid vidir vigr vim vimdiff vipw virsh visudo vmstat vssadmin w32tm w3m waitfor wbadmin wecutil wevtutil wget
whatis whiptail whoami whois winrm winrs wireshark wmic wscript wsl wsmprovhost xargs xcacls xcopy xdotool xelatex
xetex xmodmap xmore xpad xterm xwizard xxd xz yash zathura zcat zcmp zdiff zegrep zfgrep zgrep zipdetails zless
zmore zrun zsh zsoelim zstd zypper
";

const TERSE: &str = "
iwmi cnsn gcb gip scb shcm spjb rbp asnp
gc gi gp gl gm gsv gdr ihy inmo ipal ipcsv ipmo ipsn nal ndr nmo npssc nsn rcjb rcsn rjb rni rnp rsn rsnp rujb rv rvpa rwmi sasv sbp spps spsv stz sujb swmi trcm wjb clc clhy clv cvpa dbp dnsn ebp epal epcsv epsn etsn exsn fhx gal gbp gcs ghy gin gjb gmo gpv gsnp gtz gu gv
curl dd df dig du git id ln mv nc ps pwd rm sh su wc zip
";

const WORDS: &str = "
rc ren cli chdir cls rmo foreach
apt ab alias ansible apache ar ash asterisk at attrib bash batch bc bind break builtin cal case cat cc cd chef cipher
clear cmp col comm command compare compgen composer copy cp crash cut dash date dc declare del dialog diff dir dirs
disown docker dvi echo ed enable env erase eval ex exec exit expand expect export expr facter fc fetch ffmpeg fi
file find finger fish flock fmt fold for format free ftp function gem genie genius ghc gimp go groups hash head help
host hostname ifne install ip java jo jobs join julia kill killall knife ksh93 last lastlog ld less let links local
locate lock logger login look lp lua lynx mail mailx make man mesg mode mono more mosquitto mount move msg mt mutt
nano neo net newgrp nice nl nm node octave od openvt pacman parallel paste patch path pax perl pf pg pic pico ping
ping6 pkg popd pr print printf prlimit pry psad puppet rake read red redis reg rename rep reset restart return rev
route ruby run runuser sash sc scanmem screen script sdiff select service set setup shift shuf shutdown sleep smart
snap socket sort source split ss start stat stop strings sum sync systemd tail tar task taskset tclsh8 tee test tex
tic time timedatectl timeout top touch tr trap tree true tsc type ulimit unlink until up users vagrant varnish ver
vi view vol volatility w wall watch whereis which while who write xmodem yarn yelp yum zone zsh5
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_are_words_are_told_apart() {
        assert_eq!(kind("whoami"), Some(Kind::Own));
        assert_eq!(kind("python3.11"), Some(Kind::Own));
        assert_eq!(kind("last"), Some(Kind::Word));
        assert_eq!(kind("brien"), None);
        let lists = [OWN, TERSE, WORDS];
        let all: hashbrown::HashSet<&str> = lists.iter().flat_map(|l| l.split_whitespace()).collect();
        assert_eq!(all.len(), lists.iter().map(|l| l.split_whitespace().count()).sum::<usize>());
    }
}
