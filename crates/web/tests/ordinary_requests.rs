//! Ordinary requests of a voters' portal that hold what attacks are made of: none of them is a sign.
//!
//! Names, addresses, notes and links as people and browsers send them; all people and places are invented.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use pollwarden_web::request::{Request, classify};

#[test]
fn what_people_write_is_quiet() {
    for text in NAMES.lines().chain(ADDRESSES.lines()).chain(NOTES.lines()).chain(CODES.lines()) {
        let text = text.trim();
        for name in ["q", "note", "lastName", "street", "comment", "city", "value"] {
            let encoded = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            quiet(&format!("/voter/lookup?{name}={encoded}&zip=27601"), "");
            quiet(&format!("/voter/lookup?{name}={}", encoded.replace("%20", "+")), "");
        }
        quiet("/contact", &serde_json::json!({ "form": { "message": text } }).to_string());
    }
}

#[test]
fn what_clients_send_is_quiet() {
    for target in TARGETS.lines().map(str::trim).filter(|line| !line.is_empty()) {
        quiet(target, "");
    }
}

fn quiet(target: &str, body: &str) {
    let agent =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36";
    let headers = [("user-agent", agent), ("referer", "https://vote.example/lookup?lastName=O%27Brien")];
    let signs = classify(&Request { method: "GET", target, headers: &headers, body });
    assert_eq!(signs.classes, 0, "{target} {body}: {:?}", signs.worst());
}

const NAMES: &str = "\
O'Brien
O’Brien
O`Brien
D'Angelo
L'Heureux
N'Diaye-O'Connor
Ma'ayan
Jean-Luc
St. John
Null
True
Nil
Or
And
Union
Grant
Case
Drop
Yash Patel
Pip Lessing
PV Rao
Ll Cool
Sed Hakim
Cat Stevens
Tim Top
Ruby Perl
Curl Smith
Sleep, Robert
Less, Ann
Ping Li
Ping-Ying Zhao
Id Ahmed
Ls Kim
Ed
Vi
Dan Mount
Bash, Alan
Docker
Docker, Jane
Docker Ruiz
Git Olsen
Host
Host, Maria
Make, Bo
Tar, Eli
Kill, Ute
Nice, Tom
Exec, Ltd.
Mongo
Script
Eval
Hex
Char
Select
Like
Van de Having
Order, Hans
By, Per
Sandoval y Rey
\"Bud\" Jones
William \"Bill\" O'Neil
Robert 'Bob' Smith
(Liz) Elizabeth
Sue & Al
Smith/Jones
Garcia-Lopez, Ana Maria
Nguyễn Thị Hương
Žižek
Müller (geb. Groß)
Ñandú
李小龙
محمد علي
Иванов
Σωκράτης
Ḥasan
Zoë
Łukasz
José-María de la O
Mc'Donald
Dr. Sh, PhD
At Large
Time
Env Sanchez
Jo Ps
Ps. Miller
Wc Fields
W.C. Fields
Su Chen
Su Root
Nc Carter
Dd Blue
Du Bois
W.E.B. Du Bois
Rm Clark
Mv Raman
Ln Gray
Irm Braun
Tac Nguyen
Emacs
Pico
Nano
Ray Field
Max(12) and Eve(9)
Ann (mother)
Jo(e)
Lee [Jr.]
Kim; Park
Eve|Ann
Anna-Get Ready
Start-Up, Ltd
De Copy, Al
Echo
Eco, Umberto
Xor
Div
Mod
Abs
Uuid
Conv
Ord, Bishop
";

const ADDRESSES: &str = "\
12 SELECT DR
2104 GRANT AVE #A
1 Union Sq W; Fl 2
77 Drop Forge Ln
5 Or Ct
1 Table Rock Rd
9 Order Ln Apt 1
12 Case Ave, Apt #3
PO Box 12 -- rear door
4 And 6 Elm St
100 Null Rd
8 Between Rd
3 In Ct
7 Like Ln
1/2 Mile Rd
12-14 Pine St #2-B
123 Main St, Unit 5/6
123 Main St.; Unit 5
14B Script Way
6 Java Plum Ct
2 Python Rd
8 Bash St & Perl Dr
1 Ruby St
3 Curl St
5 Wget Ct
12 Host Ln
1 Docker Pl
9 Cat Hollow Rd
1 Net Ct
77 Ping Tree Ln
10 Top St
4 Time Sq
2 More St
1 Root Rd
5 Etc Ave
3 Var Ln
1 Home/Garden Way
Route 9 / Hwy 66
Rte 1 & 9, Mile 3
Lot #4; Section <B>
1600 Pennsylvania Ave. NW, Washington, D.C.
5 NE 5th & 6th
3rd floor, c/o Host & Hill
RR 2 Box 14-A
Bldg. 3 (rear), Apt 2
Apt. 4, 12th floor (left), ring \"Lee\"
1 O'Hare Dr
5 Rue de l'Église
Str. 17 Nr. 4
C/ Mayor, 5, 2º B
Corner of 1st & 2nd
38.8977° N, 77.0365° W
12 North/South St
#12
# 4
12#
Apt 12#B
Apt A--rear
5 Main St -- use side door
1 Main St (between 2nd and 3rd)
Between 5 and 7 Elm
5 between 3rd and 4th St
House 5, not in (city) limits
P.O. Box #7
Raleigh; NC 27601
Raleigh;NC
Raleigh;NC 27601
Boise;ID 83702
Sumter|SC
Winston-Salem, N.C.
Baltimore; MD 21201
Baltimore, MD
Silver Spring;MD
1 Sp St;Rd 5
";

const NOTES: &str = "\
Select from the list: \"A\" or \"B\"; then order by mail
I want to select a different precinct from the one where I live
Please select all from the list
Select one from list
union select committee
like 'em or not
It's 1 or 2, isn't it?
It's either 'yes' or 'no'
order by phone (555-0100) or mail
order by 5 pm
order by 1 May
limit 1 per household
limit 10, please
having moved in 2024, where do I vote?
Drop off at table 3; call me
drop box procedure?
drop the procedure and create a new one
create procedure manual for poll workers
create table tents
alter my address; update my name
delete my old address & insert the new one
delete from the list, please
update my record, set name to Ann
insert into envelope
into the box
grant all voters time off
call me; thanks
call (555) 010-0199
use side door; use bell
execute the form
exec. director
declare my party
declare independence
case: when I moved
case when closed?
When then?
where 1 = first choice
1 = yes, 2 = no
yes=1 no=0
a=b
x < y and y > z
5 < 10
5 <> 10
age > 18
1+1=2
3 * (4 + 5) = 27
50% of $20 is $10
100% sure!!
f(x)=x^2
2 + 2 = 4
(a) or (b)
(a) and (b)
1/2 or 3/4
either 1 or 1
1 or 2?
1 or 1
between 9 and 5
10 between 9 and 5?
not between 9 and 5
is null and void
is not null
my record is null
value is true
true or false
null
'polling place'
\"polling place\"
\"early voting\" -closed
'em
rock 'n' roll
rock'n'roll
the Smiths' house
the Smiths'; the Lees'
at the Smiths' (rear)
I'm \"at\" home
He said: \"I can't\"; she said \"OK\"
5'10\" tall
5' 10\"
6'
''
\"\"
-
--
---
...
a -- b
a --> b
A -> B
=> see below
<3
<-- here
I <3 voting
:)
:-)
;-)
:'(
;)
¯\\_(ツ)_/¯
!!!
???
*** URGENT ***
####
~5 miles
~ 5
[x] yes; [ ] no
{none}
{a}
n/a
N/A
and/or
w/o
24/7
2nd/3rd
Mon/Tue
he/she/they
c/o
5/6/1956
1956-08-07
08.07.1956
08/07/1956 10:30
at 2:00 pm
Call at 2:00 \"sharp\"
Meet me; at 2:00 pm
Tue; at 2:00 pm
10:30-11:00
9am-5pm
$5 (cash)
$(5)
pay $(5.00)
US$ (5)
$5 or $10
$20, $30
#1 choice
C# and F#
C++ or C#
A&W, AT&T, R&D
R&D; Q&A
Tom & Jerry; Ann & Co
cat & dog
Cat & Dog; rat
Head & Tail
more & more
more or less
less is more
Who & What?
who? what? where?
who am I?
whoami ha ha
find my polling place
find me at home; thanks
moved; find me at work
moved in May\\nfind me
time (5 pm)
time: 5
time to go
what time is it
the time id card
time for a change
nice cat
nice du jour
echo valley
echo park
sort of; less so
sort by name
sort -- of
set -- match
set up
make install of ramps
make a plan
make it so
kill the lights
kill 9 birds
type B
route 9
route 66; type B
host a party
host example
ping me
Ping me at ann@example.org
ping 555-0100
curl up
dig in
dig a hole
ssh! quiet
su casa
tar and feather
touch screen
touch -screen
test -- please ignore
test
tail end
head of household
cut off date
last name -changed
history -of voting
history of voting
env. study
id required?
id card; photo ID
ID; passport; license
Bring photo ID; passport, or license
Bring: id, pwd (if any)
pwd?
ps: call me
PS - call me
p.s. see attached
ps. the line was long
ls 400
LS Kim Lee
Apt update: moved to 4B
Apt add: 4B
PS a question: where?
IP address changed
ip addr blocked?
Reg query: am I registered?
SC start date
SC query
Su - please call
Docker run for office
MySQL error on the page
Pip add my name
'last' date
\"first\" time
rm 12
rm 4-B
Rm. 12
rm 5; bldg 2
cd player
df
mv
docker container at port
docker strike
net user fees
net use of land
internet user
net group gain
the net share
pip pip
gem show
git out the vote
vi and emacs
php meeting
perl jewelry
python snake
Python & Ruby
java coffee
javascript is off in my browser
my browser blocks JavaScript: what now?
Javier's script: act 2
the document. Cookie jar
cookies (chocolate)
top. of the hill
window (east)
parent (mother)
self-employed
this [sic]
this.
location = Main St
Location: Town Hall
name = Ann
src: unknown
on = yes
only=me
online=yes
on time = good
once=again
one=1
ongoing = true
prompt service
confirm (yes)
alert (all)
alert me
please confirm(ed)
fetch water
import/export
function room
Function Room (2nd floor)
open (9-5)
close (5 pm)
file(s)
name(s) and date(s)
date(s)
uuid(s)
mail(ed)
copy(2)
copy (2)
copy(a)
left(over)
right(s)
left (blue), right (red)
left(blue, green)
count(ed)
Count (3)
max(3)
max (3, 4)
min(or)
log(in)
log in
key(s)
list(of names)
home(555-0100)
round(1)
voter_guide(1).pdf
my-form_v2.final.pdf
C:\\fakepath\\license.jpg
C:\\fakepath\\ID (front).png
my docs\\form.pdf
view login.aspx not working
error on page.php
see /voter/lookup.php
see index.php?
www.example.com
see www.example.com/help
see https://vote.example/faq?x=1
http: yes
mailto:ann@example.org
ann@example.org
ann+vote@example.org
ann.o'neil@example.org
\"Ann Lee\" <ann@example.org>
Ann Lee <ann@example.org>
tel:+1-555-0100
+1 (555) 010-0199 ext. 4
555-0100 x4
(555) 010-0199; (555) 010-0198
@example
@home
#vote2026
#Vote #2026
a@b
.5 miles
.net developer
...and so on
etc.
etc/misc
.com
v1.2..1.3
Precinct 4 .. 7
wait...
1..5
a/b/c
I work for org.
process: pending
constructor of homes
class.schedule.pdf
Is a photo required (yes)?
while (I was) away
for (all) of us
do {it}
if (any)
if exist
if not defined, ask
lambda: a letter
Lambda Chi: house
new Form
$x
$ne
New item; add-on; set-up; get-out; write-in
get-together
start-date
sort-by
add-member
check-in
out-of-state
Trying to find-in-set
tele-phone
x-ray; y-axis
e-mail; route 66
A|B
A | B
Smith | Jones | Lee
see file | date
yes|no
[Ward 3] {north}
(cell)(home)
(a)(b)
(rear) (ext = 4)
f(2)
{\"a\":1}
{\"ward\":[1,2,3]}
[\"a\",\"b\"]
[1,2,3]
<none>?
< 18
> 65
>= 18
<= 5
!= none
== same
Q: is it open? A: yes
Re: Fwd: your notice
Dear Sir/Madam, I moved from 12 Union St to 9 Drop Ln; please update. Thanks -- Ann
I'd like to order by mail, and 'yes' I am 18
My wife's & my ballot didn't come; what's next?
What's the address? It's 'closed'
I can't log in (error 500); \"try again\" it says
Please send 2 forms: (1) mine, (2) my son's
The form says: \"select 'none' from list\" -- but there's no 'none'!
moved\\r\\nPhone: 555-0100
50% off
100%
5%
%
% of vote
50/50
a%b
100%%
&
&amp;
Smith &amp; Sons
don&#39;t
1&2
Ann &Co
x'y
x\"y
a;b
a;b;c
;
yes;
end of line;
(unknown)
()
[]
{}
(see \"note\")
\"(yes)\"
'(no)'
('maybe')
Is it 'A', 'B', or 'C'?
'A' or 'B'
'A' and 'B'
the 'union' of 'select' groups
it's what it's
a's, b's, c's
'tis
'twas the night; 'tis the day
the 60's and 70's
Y'all like 'em
'like' it
like 'this'
mail @ home
1 @ 2
3 x 5
10 x 10' room
5ft. x 6ft.
2^3
2**3
***
/* none */
//
// none
\\
\\n
C:\\
http://
x://
Wait -- what?!
Ann's (mother's) 'special' ballot
Who's who; what's what
Nope; not me | maybe you & them > us
";

const CODES: &str = "\
AB12345
NC-00-1234567
0000012345
00012345
2147483647
1234567890
0x1A2B
1e5
1.5e3
3f2504e04f8911d39a0c0305e82c3301
3f2504e0-4f89-11d3-9a0c-0305e82c3301
eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.x
UmFsZWlnaCwgTkMgMjc2MDE=
af0ifjsldkj
en-US,en;q=0.9
text/html,application/xml;q=0.9,*/*;q=0.8
image/*,*/*
image/*,application/pdf
application/json
utf-8
2026-11-03T07:00:00Z
2026-11-03T07:00:00+00:00
-78.6382,35.7796
35.7796,-78.6382
POINT(-78.6 35.7)
POLYGON((30 10, 40 40, 20 40, 30 10))
MULTIPOINT((10 40), (40 30))
name,-date
name asc
name desc, date asc
last_name:asc
id,name,date
ward_3/precinct_12
v2.14.0-rc.1
1.0.0
192.0.2.10
2001:db8::1
#ff8800
rgb(255,0,0)
translate(10,20)
scale(1.5)
calc(1px)
";

const TARGETS: &str = "
/arcgis/rest/services/Wards/MapServer/0/query?where=1%3D1&outFields=*&f=json
/arcgis/rest/services/Wards/MapServer/0/query?where=EDITDATE%20%3E%20CURRENT_TIMESTAMP%20-%207&f=json
/arcgis/rest/services/Wards/MapServer/0/query?where=EXTRACT(YEAR%20FROM%20OPENED)%20%3D%202024&f=json
/arcgis/rest/services/Wards/MapServer/0/query?where=UPPER(NAME)+LIKE+%27%25GRANT%25%27&outFields=NAME
/arcgis/rest/services/Wards/MapServer/0/query?where=COALESCE(WARD,0)%3E3+AND+ROUND(POP,0)%3C5000&f=pbf
/arcgis/rest/services/Wards/MapServer/0/query?where=OBJECTID+IN+(1,2,3)+AND+NOT+STATUS%3D%27closed%27&f=json
/arcgis/rest/services/Wards/MapServer/0/query?where=NAME%20IS%20NOT%20NULL&orderByFields=NAME%20DESC&resultOffset=50
/arcgis/rest/services/Wards/MapServer/0/query?where=DATE_MOVED%20%3E%20DATE%20%272024-01-01%27&returnCountOnly=true
/arcgis/rest/services/Wards/MapServer/0/query?where=POP%20BETWEEN%20100%20AND%20500&f=json
/arcgis/rest/services/Wards/MapServer/0/query?where=&text=&objectIds=&geometry=-78.6,35.7&geometryType=esriGeometryPoint
/arcgis/rest/services/Wards/MapServer/export?bbox=-78.9,35.5,-78.2,36.1&layers=show:0,1,2&layerDefs=%7B%220%22:%22WARD=3%22%7D&f=image
/ows?service=WFS&version=2.0.0&request=GetFeature&typeNames=v:polls&cql_filter=INTERSECTS(geom,POINT(-78.6%2035.7))
/ows?service=WFS&request=GetFeature&typeName=v:polls&CQL_FILTER=name%20LIKE%20%27O%27%27Brien%25%27%20AND%20ward%20%3E%3D%203
/ows?service=WMS&request=GetMap&layers=wards&styles=&format=image/png&transparent=true&srs=EPSG:3857&bbox=-1,2,-3,4
/odata/Polls?$filter=contains(Name,%27O%27%27Brien%27)%20and%20year(Opened)%20eq%202024&$select=Name,Ward&$top=50
/odata/Polls?$filter=startswith(tolower(Name),%27gr%27)%20or%20Ward%20in%20(1,2)&$orderby=Name%20desc&$count=true
/odata/Polls(12)?$expand=Ward($select=Name)&$format=json
/resource/abcd-1234.json?$where=ward%20=%203&$order=name&$limit=50&$offset=100
/resource/abcd-1234.json?$select=count(*)&$group=ward
/resource/abcd-1234.json?$q=grant%20avenue
/graphql?query=%7Bvoter(id:%2271234%22)%7Bname%20precinct%7D%7D
/graphql?query=query%20V(%24id:ID!)%7Bvoter(id:%24id)%7Bname,...on%20Person%7Bage%7D%7D%7D&variables=%7B%22id%22:%227%22%7D
/api/search?filter=%7B%22ward%22:%7B%22eq%22:3%7D,%22name%22:%22O'Brien%22%7D
/api/search?filter[ward]=3&filter[name][contains]=grant&page[size]=20&page[number]=2&sort=-date,name
/api/items?ids[]=1&ids[]=2&ids[]=3&fields=id,name
/api/current_user
/api/v2/voters/71234?include=address,precinct&fields[voter]=name
/api/v1/process/12?action=add-member&return=list
/api/export?format=csv&columns=name,ward&sort=created_at:desc
/login?returnUrl=https%3A%2F%2Fvote.example%2Fstatus%3Fid%3D5%26tab%3D2
/login?returnUrl=%2Fvoter%2Frecord%3Fid%3D5%26tab%3D2%23top
/login?ReturnUrl=%2fportal%2fdefault.aspx%3f
/login?next=//vote.example/portal
/sso?redirect_uri=https%3A%2F%2Fportal.vote.example%2Fcb&client_id=web&scope=openid%20profile&response_type=code&state=af0ifjsldkj&nonce=n-0S6_WzA2Mj
/sso/saml?SAMLRequest=fZFNT8MwDIbv%2FIoo9zYfHdMWtZ0GExISiGqDA9csNVukNilxiuDfk25jgkmcLMev7ee1i%2BVn35EPCGi9K6nMOSXgjG%2Bt25f0ZfuQLeiyuinQ9J0YVnE8uDW8j4CRpEGH6tQp6Ric8hotKqd7QBWN2qyenyTPuRqCj974jpIVIoSYlt15h2MPYQPhwxp4WT%2BW9BDjgIqxXnedz%2BFLm0MHufE9O%2B5iEwLTiB4lNQdYp9ITyDT&RelayState=abc
/?utm_source=news&utm_medium=email&utm_campaign=fall-2026%20(early%20voting)&utm_content=Don%27t%20wait!
/?utm_source=google&gclid=EAIaIQobChMI_abc-DEFghijklmnop_BwE&gad_source=1
/?fbclid=IwAR2abcDEFghiJKLmnoPQRstuVWXyz0123456789-_abcdEFGHijkl
/share?url=https://vote.example/early-voting&text=Vote%20early!%20It's%20easy%20%26%20quick&via=vote
/out?u=https%3A%2F%2Fnews.example%2F2026%2Felection%3Fref%3Dhome
/feed?url=https://news.example/rss.xml
/img?src=/media/logo.png&w=300&h=200
/embed?src=https://video.example/embed/abc123
/tiles/12/1105/1620.pbf
/tiles/{z}/{x}/{y}.png
/img/{{item.image}}
/page;v=2?a=1;id=5
/voter;jurisdiction=wake/record?id=5
/calendar?date=2026-11-03&view=month
/calendar?session=2026&legislative_session=long
/road-closures?county=wake
/docs/update-address.html
/docs/how-to-order-by-mail.html
/docs/select-your-party.html
/docs/drop-box-locations.html
/docs/union-county.html
/docs/process-server-list.pdf
/docs/config-guide.html
/docs/Voter%20Guide%20(2026).pdf
/docs/O'Brien%20v.%20Board.pdf
/docs/Who%20can%20vote%3F.html
/docs/50%25-rule.html
/docs/a..b.pdf
/docs/R%26D.html
/docs/it's-your-vote.html
/docs/C%23.html
/docs/%22early%22.html
/search?q=%22polling+place%22+-closed
/search?q=ward:3+AND+type:early
/search?q=name:(grant+OR+union)
/search?q=grant*+ave~1
/search?q=%2B%22absentee%22+%7C+mail
/search?q=what+is+a+%27write-in%27%3F
/search?q=select+committee
/search?q=1+or+2
/list?sort=name,-date&page[size]=20&filter[ward]=3
/list?where=north&order=by+name
/table?draw=1&columns[0][data]=name&columns[0][search][value]=&columns[0][search][regex]=false&order[0][column]=1&order[0][dir]=asc&start=0&length=10&search[value]=o'b&_=1700000000
/callback?callback=jQuery36007_1700000000&_=1700000001
/jsonp?callback=angular.callbacks._0
/autocomplete?term=o%27
/autocomplete?term=12+se
/autocomplete?term=12+select
/autocomplete?term=%22
/autocomplete?term=%27
/autocomplete?term=a%27
/autocomplete?term=d%27a
/ics?DTSTART=20261103T070000&SUMMARY=Vote!&RRULE=FREQ=DAILY;COUNT=2
/view?next=/polling-place?zip=27601
/view?file=forms/absentee-2026.pdf
/view?page=help&lang=en
/view?path=/voter/help/
/contact?note=https%3A%2F%2Fvote.example%2Fa%3Fb%3Dc%26d%3De
/search?q=https%3A%2F%2Fvote.example%2Fa%3Fb%3Dc
/view?template=default&theme=dark
/view?doc=guide.v2.pdf#page=3
/form?step=2&Form[name]=O'Neil&Form[street]=5+Elm+%239&Form[dob]=08%2F07%2F1956&__RequestVerificationToken=CfDJ8Abc-DEF_ghi
/form?ctl00%24Main%24txtLast=O%27Hara&ctl00%24Main%24btn=Find&__EVENTTARGET=&__EVENTARGUMENT=&__VIEWSTATE=%2FwEPDwUKLTE2
/form?chk_1=on&chk_2=on&online=yes&once=1&one=two
/form?email=ann%2Bvote%40example.org&phone=%28555%29+010-0199&ssn4=0199
/form?name=%C3%89lodie&city=Montr%E9al
/form?name=Andr%E9%27s
/form?note=line+one%0D%0Aline+two%0D%0A%0D%0APhone%3A+555-0100
/form?note=Moved.%0AI%27d+like+a+new+card%0APS+-+call+me
/form?note=Moved.%0D%0Ai%27d+like+a+new+card%0D%0Atest
/form?name=Du+Bois%0AYash+Patel%0ATac+Nguyen%0ASed
/form?note=Ann+%26+Sed;+Tac+%26+Curl
/form?note=ok%0A!!!
/form?note=Call+me.+(home)+Thanks.+(Ann)
/form?note=a%0Ab%0Ac
/form?address=5+Elm+St%0ARaleigh%0ANC+27601
/form?address=5+Elm+St%0D%0ABoise%0D%0AID
/form?note=%F0%9F%97%B3%EF%B8%8F+voted!
/track?ev=click&el=%23nav+%3E+li:nth-child(2)+a&x=12&y=40
/track?dl=https%3A%2F%2Fvote.example%2F%3F&dt=Find%20my%20polling%20place%20%7C%20County&sr=1920x1080&ua=Mozilla%2F5.0%20(Windows%20NT%2010.0)
/csp-report?sample=inline&line=12
/fonts/css2?family=Open+Sans:ital,wght@0,400;0,700;1,400&display=swap
/css?family=Roboto:300,400|Lato
/assets/app.js?v=1.2.3&t=1700000000
/combo?a.js&b.js&c.css
/index.php?page=lookup&action=search
/index.php?option=com_content&view=article&id=5:about-us&catid=2&Itemid=3
/index.html?q=50%25
/status?env=production&debug=false
/health?verbose=true
/weather?units=us&lat=35.77&lon=-78.63
/precinct/12-03
/precinct/12%20-%2003
/ward/north%20%26%20south
/.well-known/security.txt
/.well-known/acme-challenge/abcDEF123
";
