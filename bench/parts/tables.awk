# Reads the lines of figures that measure.sh records; writes the Markdown tables.
BEGIN {
  FS = "\t"
  title["nginx"] = "nginx static, sendfile"
  title["nginx-asks-nginx"] = "nginx + auth_request to an nginx 204"
  title["nginx-asks-repohost"] = "nginx + auth_request to RepoHost"
  title["open"] = "RepoHost, not gated"
  title["gated"] = "**RepoHost, gated**"
  title["gated-redis"] = "RepoHost, gated, decision in Redis on every request"
  title["backend"] = "git http-backend behind nginx"
  title["sha256sum"] = "sha256sum of the same file"
  title["openssl"] = "openssl dgst -sha256"
  title["git"] = "git add, git commit in a fresh clone"
  title["repohost"] = "**RepoHost**"
  order = split("nginx nginx-asks-nginx nginx-asks-repohost open gated gated-redis", names, " ")
}

{
  rate[$1, $2, $3] = $4; cpu[$1, $2, $3] = $5; p50[$1, $2, $3] = $6; p99[$1, $2, $3] = $7; peak[$1, $2, $3] = $8
  seen[$1] = 1; has[$1, $2] = 1
  if ($3 > rounds[$1]) rounds[$1] = $3
}

function sorted_median(list, n,   i, j, swap) {
  for (i = 2; i <= n; i++)
    for (j = i; j > 1 && list[j - 1] > list[j]; j--) { swap = list[j]; list[j] = list[j - 1]; list[j - 1] = swap }
  return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

function median(table, work, what,   r, n, list) {
  for (r = 1; r <= rounds[work]; r++) if (((work, what, r) in table) && table[work, what, r] != "-") list[++n] = table[work, what, r] + 0
  return n ? sorted_median(list, n) : ""
}

# What the one is of the other within each round, and of those the one in the middle.
function ratio(table, work, what, base,   r, n, list) {
  for (r = 1; r <= rounds[work]; r++)
    if (((work, what, r) in table) && ((work, base, r) in table) && table[work, base, r] + 0 > 0) list[++n] = table[work, what, r] / table[work, base, r]
  return n ? sorted_median(list, n) : ""
}

function greatest(table, work, what,   r, max) {
  for (r = 1; r <= rounds[work]; r++) if (table[work, what, r] + 0 > max) max = table[work, what, r] + 0
  return max
}

function small_table(work, heading,   i) {
  if (!(work in seen)) return
  printf "\n## %s\n\n| what answers | ratio | requests/s | CPU us/request | CPU ratio | p50 ms | p99 ms | peak MiB |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n", heading
  for (i = 1; i <= order; i++) if ((work, names[i]) in has)
    printf "| %s | %.2f | %.0f | %.0f | %.1f | %.2f | %.2f | %.0f |\n", title[names[i]], ratio(rate, work, names[i], "nginx"), median(rate, work, names[i]),
      median(cpu, work, names[i]), ratio(cpu, work, names[i], "nginx"), median(p50, work, names[i]) / 1000, median(p99, work, names[i]) / 1000, greatest(peak, work, names[i]) / 1024
}

function large_table(   w, i, n, works) {
  if (!("large, 1" in seen) && !("large, 100" in seen)) return
  printf "\n## %s MiB LFS file in the page cache\n\n| clients | what answers | ratio | GiB/s | CPU s/GiB | CPU ratio | peak MiB |\n| --- | --- | --- | --- | --- | --- | --- |\n", large
  n = split("large, 1;large, 4;large, 100", works, ";")
  for (w = 1; w <= n; w++) for (i = 1; i <= order; i++) if ((works[w], names[i]) in has)
    printf "| %s | %s | %.2f | %.2f | %.2f | %.1f | %.0f |\n", substr(works[w], 8), title[names[i]], ratio(rate, works[w], names[i], "nginx"),
      median(rate, works[w], names[i]), median(cpu, works[w], names[i]) / 1e6, ratio(cpu, works[w], names[i], "nginx"), greatest(peak, works[w], names[i]) / 1024
}

# What takes its time: p50 holds the time of the whole
function times_table(heading,   w, i, n, works, m, others) {
  n = split("clone;fetch;upload;commit;push;list", works, ";")
  m = split("backend sha256sum openssl git repohost", others, " ")
  for (w = 1; w <= n && !(works[w] in seen); w++);
  if (w > n) return
  printf "\n## %s\n\n| work | what does it | time ratio | seconds | CPU s |\n| --- | --- | --- | --- | --- |\n", heading
  for (w = 1; w <= n; w++) for (i = 1; i <= m; i++) if ((works[w], others[i]) in has)
    printf "| %s | %s | %s | %.2f | %s |\n", said[works[w]], title[others[i]], times_as_long(works[w], others[i]) == "" ? "-" : sprintf("%.2f", times_as_long(works[w], others[i])),
      median(p50, works[w], others[i]) / 1e6, median(cpu, works[w], others[i]) == "" ? "-" : sprintf("%.2f", median(cpu, works[w], others[i]) / 1e6)
}

# The time by that of what the work is compared with
function times_as_long(work, what,   i, n, others) {
  n = split("backend sha256sum git", others, " ")
  for (i = 1; i <= n; i++) if ((work, others[i]) in has) return ratio(p50, work, what, others[i])
  return ""
}

# CPU microseconds of one list by the number of repositories
function lists_table(   i, n, words, w) {
  if (!("lists, newest" in seen)) return
  printf "\n## Lists: CPU us/request with 10, 1,000 and 10,000 repositories\n\n| question | 10 | 1,000 | 10,000 | 10,000 / 10 | p50 ms of 10,000 |\n| --- | --- | --- | --- | --- | --- |\n"
  n = split("newest;tag;rare tag;tag without hits;two tags;author;gated;search with hits;search with few hits;search without hits;owner page;home page;list page", words, ";")
  for (i = 1; i <= n; i++) {
    w = "lists, " words[i]
    printf "| %s | %.0f | %.0f | %.0f | %.2f | %.2f |\n", words[i], median(cpu, w, 10), median(cpu, w, 1000), median(cpu, w, 10000), ratio(cpu, w, 10000, 10), median(p50, w, 10000) / 1000
  }
}

# GOAL is a number with ">=" or "<=" before it
function goal(text, measured, form, wish,   limit, met) {
  if (measured == "") return
  limit = substr(wish, 4) + 0
  met = substr(wish, 1, 2) == ">=" ? measured >= limit : measured <= limit
  printf "| %s | %s | " form " | %s |\n", text, wish, measured, met ? "yes" : "**no**"
}

function times(work, what, base) { return ratio(rate, work, what, base) }

END {
  small_table("4 KB", "4 KB, valid token, warm, 32 connections")
  large_table()
  small_table("4 KB during downloads", "4 KB while 8 downloads of 50 MB/s run on the same server")

  said["clone"] = "git clone of 100 MB"
  said["fetch"] = "the same pack by curl, thrown away"
  said["upload"] = "LFS upload of " large " MiB"
  said["commit"] = "500 files of 10 kB in one commit"
  said["push"] = "git push of 20,000 files"
  said["list"] = "list of 20,000 files, all pages"
  times_table("Clone, upload, commit, push")
  lists_table()

  printf "\n## Goals\n\n| work | goal | measured | met |\n| --- | --- | --- | --- |\n"
  goal("gated 4 KB / nginx static", times("4 KB", "gated", "nginx"), "%.2f", ">= 1.0")
  goal("gated 4 KB / nginx + auth_request to nginx", times("4 KB", "gated", "nginx-asks-nginx"), "%.2f", ">= 1.8")
  goal("gated 4 KB / nginx + auth_request to RepoHost", times("4 KB", "gated", "nginx-asks-repohost"), "%.2f", ">= 3.2")
  goal("gated / not gated, 4 KB", times("4 KB", "gated", "open"), "%.2f", ">= 0.95")
  goal("decision in Redis on every request / in process, 4 KB", times("4 KB", "gated-redis", "gated"), "%.2f", ">= 0.6")
  goal("large file, 1 client / nginx", times("large, 1", "gated", "nginx"), "%.2f", ">= 1.3")
  goal("large file, 4 clients / nginx", times("large, 4", "gated", "nginx"), "%.2f", ">= 1.6")
  goal("large file, 100 clients / nginx", times("large, 100", "gated", "nginx"), "%.2f", ">= 1.2")
  goal("large file, CPU, 4 clients / nginx", ratio(cpu, "large, 4", "gated", "nginx"), "%.2f", "<= 2.0")
  if ("crowd, more" in seen) {
    goal("100 downloads at once, 4 MB/s each: more resident memory, MB", peak["crowd, more", "gated", 1] * 1.024e-3, "%.0f", "<= 60")
    goal("100 downloads at once, as fast as they can: more resident memory, MB", peak["crowd, more", "gated", 2] * 1.024e-3, "%.0f", "<= 60")
  }
  if ("left" in seen) {
    goal("32 clients that leave: CPU s in the 3 s after they left", median(cpu, "left", "gated") / 1e6, "%.2f", "<= 0.3")
    printf "| the same, nginx | - | %.2f | - |\n", median(cpu, "left", "nginx") / 1e6
  }
  if ("cold, new process" in seen) {
    goal("cold gated GET, first file of a repository: p50 ms", median(p50, "cold, first file of a repository", "gated") / 1000, "%.2f", "<= 1.5")
    goal("cold gated GET, next files of it: p50 ms", median(p50, "cold, next files", "gated") / 1000, "%.2f", "<= 1.5")
    printf "| the same, first requests of a new process: p50, p99 ms | - | %.2f, %.2f | - |\n", median(p50, "cold, new process", "gated") / 1000, median(p99, "cold, new process", "gated") / 1000
  }
  goal("4 KB during downloads / nginx", times("4 KB during downloads", "gated", "nginx"), "%.2f", ">= 0.9")
  goal("4 KB during downloads, p99 / nginx", ratio(p99, "4 KB during downloads", "gated", "nginx"), "%.2f", "<= 1.3")
  goal("git clone of 100 MB / http-backend, time", times_as_long("clone", "repohost"), "%.2f", "<= 1.1")
  goal("the same pack by curl / http-backend, time", times_as_long("fetch", "repohost"), "%.2f", "<= 1.1")
  if ("clone, more" in seen) {
    goal("four fetches of 100 MB at once: more resident memory, MB", peak["clone, more", "repohost", 1] * 1.024e-3, "%.0f", "<= 20")
    goal("peak of the git processes of one clone / http-backend", ratio(peak, "clone, children", "repohost", "backend"), "%.2f", "<= 1.1")
  }
  if ("upload" in seen) {
    goal("LFS upload of " large " MiB / sha256sum, speed", 1 / times_as_long("upload", "repohost"), "%.2f", ">= 0.8")
    goal("the same: more resident memory, MB", greatest(peak, "upload", "repohost") * 1.024e-3, "%.0f", "<= 20")
  }
  goal("commit of 500 files / git add and git commit, time", times_as_long("commit", "repohost"), "%.2f", "<= 1.5")
  if ("push" in seen) printf "| push of 20,000 files / http-backend, time | - | %.2f | - |\n", times_as_long("push", "repohost")
}
