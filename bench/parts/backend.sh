# The server that clone and push are compared with: git http-backend behind nginx, as git-http-backend(1) sets it up, with fcgiwrap on a unix socket.

start_backend() {
  mkdir -p "$work/backend/git" "$work/backend/tmp"
  env -i PATH="$PATH" HOME="$work/backend" GIT_CONFIG_NOSYSTEM=1 fcgiwrap -c 4 -s "unix:$work/backend/socket" >"$work/fcgiwrap.log" 2>&1 &
  fcgiwrap_pid=$!
  started+=("$fcgiwrap_pid")
  backend_port=$(free_port)
  write_backend_settings
  nginx -p "$work/backend" -c "$work/backend/nginx.conf" -e "$work/backend/error.log" >"$work/backend.log" 2>&1 &
  backend_pid=$!
  started+=("$backend_pid")
  wait_for "$backend_port" backend
  until [ -S "$work/backend/socket" ]; do sleep 0.1; done
  # Its workers outlive fcgiwrap when it is ended.
  started+=($(cat "/proc/$fcgiwrap_pid/task/$fcgiwrap_pid/children"))
}

# A pack goes straight through, or nginx would lay it down in a file between the two.
write_backend_settings() {
  cat >"$work/backend/nginx.conf" <<TEXT
daemon off;
$([ "$(id -u)" = 0 ] && echo 'user root; # or its workers could not enter the folder')
worker_processes auto;
pid $work/backend/nginx.pid;
events { worker_connections 256; }
http {
  access_log off;
  client_max_body_size 0;
  client_body_temp_path $work/backend/tmp/body;
  proxy_temp_path $work/backend/tmp/proxy;
  fastcgi_temp_path $work/backend/tmp/fastcgi;
  uwsgi_temp_path $work/backend/tmp/uwsgi;
  scgi_temp_path $work/backend/tmp/scgi;
  server {
    listen 127.0.0.1:$backend_port;
    location / {
      fastcgi_pass unix:$work/backend/socket;
      fastcgi_buffering off;
      fastcgi_request_buffering off;
      fastcgi_read_timeout 300;
      fastcgi_param SCRIPT_FILENAME $(git --exec-path)/git-http-backend;
      fastcgi_param GIT_PROJECT_ROOT $work/backend/git;
      fastcgi_param GIT_HTTP_EXPORT_ALL "";
      fastcgi_param PATH_INFO \$uri;
      fastcgi_param QUERY_STRING \$query_string;
      fastcgi_param REQUEST_METHOD \$request_method;
      fastcgi_param CONTENT_TYPE \$content_type;
      fastcgi_param CONTENT_LENGTH \$content_length;
      fastcgi_param REMOTE_ADDR \$remote_addr;
      fastcgi_param REMOTE_USER bench;
    }
  }
}
TEXT
}

# The person's settings and token: nothing of the machine's own Git settings counts here.
write_git_settings() {
  (umask 077; cat >"$work/person.gitconfig" <<TEXT
[user]
	name = Bench
	email = bench@example.org
[init]
	defaultBranch = main
[gc]
	auto = 0
[http "http://127.0.0.1:$repohost_port/"]
	extraHeader = Authorization: Bearer $writer_token
TEXT
  )
}

# ARGUMENT...: git, as the person
as_person() {
  GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$work/person.gitconfig GIT_TERMINAL_PROMPT=0 GIT_LFS_SKIP_SMUDGE=1 timeout 300 git "$@" >>"$work/git.log" 2>&1 \
    || fail "git $1 failed:" "$(tail -n 5 "$work/git.log")"
}

# NAME: the folder that RepoHost keeps the repository bench/NAME in
folder_of() {
  local id
  id=$(dotnet "$server" repo list --data "$work/data" 2>>"$work/commands.log" | awk -v name="bench/$1" '$2 == name { print $NF }')
  find "$work/data" -maxdepth 4 -type d -name "$id.git" -print -quit
}
