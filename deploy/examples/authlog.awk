# The work of authlog2signals: sshd log lines in, signals out. Its settings come
# by environment (YEAR, TENANT, SOURCE, ZONE), where awk takes them literally.

BEGIN {
	year = ENVIRON["YEAR"]
	months = "JanFebMarAprMayJunJulAugSepOctNovDec"
	head = "\"source\":" json(ENVIRON["SOURCE"])
	if (ENVIRON["TENANT"] != "") head = head ",\"tenant\":" json(ENVIRON["TENANT"])
}

# "Mar 27 13:08:09 host sshd[1361]: …", or with an RFC 3339 time; a newer sshd
# calls the process of one connection sshd-session.
{ tag = $1 ~ /^[0-9][0-9][0-9][0-9]-/ ? 3 : 5 }
$tag !~ /^sshd(-session)?\[[0-9]+\]:$/ { next }

{
	at = tag == 3 ? $1 : dated()
	host = $(tag - 1)
	process = $tag
	gsub(/[^0-9]/, "", process)
	text = substr($0, index($0, " " $tag " ") + length($tag) + 2)

	times = 1
	if (text ~ /^message repeated [0-9]+ times: \[ /) {
		times = text
		gsub(/^message repeated | times: .*$/, "", times)
		sub(/^message repeated [0-9]+ times: \[ /, "", text)
		sub(/\]$/, "", text)
	}
	for (times += 0; times > 0; times--) attempt()
}

# dated is the time of a line that names no year.
function dated(    month) {
	if (year == "") {
		print "authlog2signals: line " NR " has no year: say --year YYYY, the year of the first line" > "/dev/stderr"
		exit 2
	}
	month = (index(months, $1) + 2) / 3
	if (month < before - 6) year++
	before = month
	return sprintf("%s-%02d-%02dT%s%s", year, month, $2, $3, ENVIRON["ZONE"])
}

# attempt prints the signal that text states, if it states one.
function attempt(    method, result, user) {
	if (text !~ /^(Accepted|Failed) [^ ]+ for .* from [^ ]+ port [0-9]+/) return
	method = text ~ /^[^ ]+ (publickey|hostbased)/ ? "API" : "PASSWORD"
	result = text ~ /^Accepted/ ? "\"SUCCESS\"" : "\"FAILURE\",\"failure\":\"BAD_CREDENTIALS\""

	# The name is all that stands between: it may hold spaces, and " from ".
	user = text
	sub(/^[^ ]+ [^ ]+ for /, "", user)
	sub(/ from [^ ]+ port [0-9]+( ssh2.*)?$/, "", user)
	if (text ~ /^Failed/ && sub(/^invalid user /, "", user)) result = "\"FAILURE\",\"failure\":\"UNKNOWN_USER\""
	if (user == "") user = "-" # an attempt without a name is one all the same

	if (at != second) { second = at; split("", count) }
	count[process]++
	printf "{\"id\":%s,%s,\"occurred_at\":\"%s\",\"auth_attempt\":{\"user\":%s,\"method\":\"%s\",\"outcome\":%s}}\n",
		json(host "-" process "-" at "-" count[process]), head, at, json(user), method, result
}

# json quotes a string; bytes outside printable ASCII become question marks.
function json(s) {
	gsub(/[^ -~]/, "?", s)
	gsub(/\\/, "&&", s)
	gsub(/"/, "\\\\&", s)
	return "\"" s "\""
}
