# Variables: boxes, the table of include_direction.sh; pure, a regular expression of headers.
BEGIN {
  rows = split(boxes, row, "\n")
  for (i = 1; i <= rows; ++i) {
    n = split(row[i], word, " ")
    for (j = 1; j <= n; ++j) allowed[word[1], word[j]] = 1
    if (n > 0) known[word[1]] = 1
  }
}
function folder(path) { return sub("/[^/]*$", "", path) ? path : "." }
function report(why) { printf "%s:%d: %s  <- %s\n", FILENAME, FNR, $0, why }
FNR == 1 {
  box = folder(FILENAME)
  if (!(box in known)) report("folder " box " is no box; boxes stand in tests/lint/include_direction.sh")
}
/^[ \t]*#[ \t]*include/ {
  name = $0
  quoted = name ~ /include[ \t]*"/
  if (!sub("^[^\"<]*[\"<]", "", name) || !sub("[\">].*$", "", name)) { report("unreadable include"); next }
  if (name ~ /^(k8s|provisioner)\//) {
    if (!((box, folder(name)) in allowed)) report(box " may not include " folder(name))
  } else if (quoted) report("quotes are for our own headers, from the root of the tree")
  else if (((box, "pure") in allowed) && name !~ pure) report(box " is pure: no clock, I/O, thread or library")
}
