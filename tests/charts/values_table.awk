# values.yaml -> a table in Markdown: each key with a comment of ## above it, its default, and that comment.
# A default that spans lines, or is long, is not shown: it is in the file.
function escaped(text) {
  gsub(/\|/, "\\|", text)
  return text
}

function print_row(default_value) { printf "| `%s` | %s | %s |\n", path, escaped(default_value), escaped(meaning) }

function quoted_default(value) {
  if (value == "") return ""
  return length(value) > 60 ? "see `values.yaml`" : "`" value "`"
}

BEGIN { print "| Value | Default | Meaning |\n|---|---|---|" }

# A comment of one # tells about the file, not about a value.
/^ *# / || /^ *$/ { next }

{
  match($0, /^ */)
  depth = RLENGTH / 2
  # A key with a meaning and nothing behind it: a block, or nothing, as the next line's indentation says.
  if (waiting) print_row(depth > depth_waiting ? "see `values.yaml`" : "")
  if (waiting) meaning = ""
  waiting = 0
}

/^ *## / {
  sub(/^ *## /, "")
  meaning = $0
  next
}

/^ *[A-Za-z][A-Za-z0-9]*:/ {
  key = $1
  sub(/:.*/, "", key)
  keys[depth] = key
  path = keys[0]
  for (level = 1; level <= depth; level++) path = path "." keys[level]
  value = $0
  sub(/^ *[A-Za-z0-9]*: */, "", value)
  if (meaning == "") next
  if (value == "") {
    waiting = 1
    depth_waiting = depth
    next
  }
  print_row(quoted_default(value))
  meaning = ""
}
