#!/usr/bin/env bash
# start-s3.sh DIR PORT - one node of Ceph with its object gateway, a real S3 server, on 127.0.0.1:PORT.
#
# Installs the Debian packages that it needs when root runs it, and needs no root once they are there. What runs
# in DIR already is left as it is; what was stopped starts again with its data. Prints what a client needs:
# the lines of DIR/env, in shell syntax. stop-s3.sh ends it.
#
#   S3_SIZE=20G           the most it may hold: a sparse file in DIR
#   S3_QUOTA_BYTES=n      the most that its user may store; more is 403 QuotaExceeded
#
# Ports: PORT is S3, PORT+1 the monitor, PORT+2 to PORT+20 the object store, all on loopback.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: $0 DIR PORT" >&2; exit 2; }
mkdir -p "$1"
DIR=$(cd "$1" && pwd)
PORT=$2
SIZE=${S3_SIZE:-20G}
ACCESS_KEY=test
SECRET_KEY=testtest
CONF=$DIR/ceph.conf
mkdir -p "$DIR"/{log,run,mon,osd,rgw}

say() { echo "start-s3: $*" >&2; }
die() {
  say "$*"
  tail -n 20 "$DIR"/log/* >&2 2>/dev/null || true
  exit 1
}

# until_ok SECONDS COMMAND...
until_ok() {
  local tries=$(($1 * 5))
  shift
  while ! "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || return 1
    sleep 0.2
  done
}

# A killed daemon keeps its name until its parent asks for its status: a zombie is not alive.
alive() {
  local pid
  pid=$(cat "$DIR/run/$1.pid" 2>/dev/null) && grep -qs "^$2" "/proc/$pid/comm" && ! grep -qs '^State:.*Z' "/proc/$pid/status"
}

# launch NAME PROGRAM ARGUMENTS... : in a session of its own, its id in run/NAME.pid
launch() {
  local name=$1
  shift
  alive "$name" "$1" && return 0
  setsid "$@" </dev/null >>"$DIR/log/$name.out" 2>&1 &
  echo $! >"$DIR/run/$name.pid"
}

install_packages() {
  local program
  for program in radosgw radosgw-admin ceph ceph-mon ceph-osd monmaptool; do
    command -v "$program" >/dev/null && continue
    [ "$(id -u)" = 0 ] || die "$program is missing, and only root can install it: apt-get install radosgw ceph-mon ceph-osd"
    say "installing radosgw, ceph-mon and ceph-osd"
    apt-get update -qq >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 \
      radosgw ceph-mon ceph-osd >"$DIR/log/apt" 2>&1 || die "apt-get failed"
    return
  done
}

write_configuration() {
  [ ! -s "$CONF" ] || return 0
  local bytes
  bytes=$(numfmt --from=iec "$SIZE")
  cat >"$CONF.new" <<END
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon_host = [v2:127.0.0.1:$((PORT + 1))]
mon_initial_members = a
# The daemons trust each other on loopback; S3 requests are signed and checked.
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_bind_msgr1 = false
ms_bind_port_min = $((PORT + 2))
ms_bind_port_max = $((PORT + 20))
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
run_dir = $DIR/run
admin_socket = $DIR/run/\$name.\$pid.asok
crash_dir = $DIR/log
log_file = $DIR/log/\$name.log
mon_cluster_log_file = $DIR/log/cluster.log
log_to_stderr = false
err_to_stderr = true
# One copy of everything, in few placement groups.
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
# A disk that is half full is no reason to stop here.
mon_data_avail_crit = 1
mon_data_avail_warn = 2
osd_failsafe_full_ratio = .99
mon_osd_full_ratio = .98
mon_osd_backfillfull_ratio = .97
mon_osd_nearfull_ratio = .96

[mon]
mon_data = $DIR/mon

[osd]
osd_data = $DIR/osd
osd_objectstore = bluestore
osd_memory_target = 1G
bluestore_block_size = $bytes
bluestore_block_create = true
bluestore_block_db_create = false
bluestore_block_wal_create = false
bdev_enable_discard = false

[client.rgw.a]
# Without authentication the gateway must not ask the monitor for an encrypted link.
ms_mon_client_mode = crc
rgw_data = $DIR/rgw
rgw_frontends = beast endpoint=127.0.0.1:$PORT
rgw_enable_ops_log = false
rgw_enable_usage_log = false
rgw_num_control_oids = 1
# Deleted bytes come back within a minute, not after two hours; a lifecycle's day lasts ten seconds.
rgw_gc_max_objs = 4
rgw_gc_obj_min_wait = 5
rgw_gc_processor_period = 20
rgw_gc_processor_max_time = 20
rgw_lc_max_objs = 4
rgw_lc_debug_interval = 10
rgw_override_bucket_index_max_shards = 1
rgw_dynamic_resharding = false
# A quota holds at once.
rgw_bucket_quota_ttl = 0
rgw_user_quota_bucket_sync_interval = 1
END
  mv "$CONF.new" "$CONF"
}

start_monitor() {
  if [ ! -e "$DIR/mon/.made" ]; then
    rm -rf "$DIR/mon"
    mkdir "$DIR/mon"
    monmaptool --create --clobber --fsid "$(sed -n 's/^fsid = //p' "$CONF")" \
      --addv a "[v2:127.0.0.1:$((PORT + 1))]" "$DIR/run/monmap" >/dev/null
    ceph-mon -c "$CONF" --mkfs -i a --monmap "$DIR/run/monmap" >>"$DIR/log/mkfs" 2>&1 || die "ceph-mon --mkfs failed"
    touch "$DIR/mon/.made"
  fi
  launch mon ceph-mon -f -c "$CONF" -i a
  until_ok 30 ceph -c "$CONF" --connect-timeout 30 quorum_status || die "the monitor does not answer"
}

start_object_store() {
  if [ ! -e "$DIR/osd/.made" ]; then
    rm -rf "$DIR/osd"
    mkdir "$DIR/osd"
    local uuid id
    uuid=$(cat /proc/sys/kernel/random/uuid)
    id=$(ceph -c "$CONF" osd new "$uuid" 0 2>>"$DIR/log/mkfs") || die "ceph osd new failed"
    ceph-osd -c "$CONF" -i "$id" --mkfs --osd-uuid "$uuid" >>"$DIR/log/mkfs" 2>&1 || die "ceph-osd --mkfs failed"
    touch "$DIR/osd/.made"
  fi
  launch osd ceph-osd -f -c "$CONF" -i 0
  until_ok 60 object_store_is_up || die "the object store does not come up"
}
object_store_is_up() { ceph -c "$CONF" --connect-timeout 30 osd stat 2>/dev/null | grep -q '1 up'; }

start_gateway() {
  launch rgw radosgw -f -c "$CONF" -n client.rgw.a
  until_ok 60 gateway_answers_or_died && gateway_answers || die "the gateway does not answer"
  [ ! -e "$DIR/run/.user" ] || return 0
  radosgw-admin -c "$CONF" -n client.rgw.a user create --uid=test --display-name=test \
    --access-key="$ACCESS_KEY" --secret-key="$SECRET_KEY" --max-buckets=0 >>"$DIR/log/user" 2>&1 || die "user create failed"
  touch "$DIR/run/.user"
}
gateway_answers_or_died() { gateway_answers || has_ended rgw; }
# Not by its name, which it has only some milliseconds after it was launched.
has_ended() {
  local pid
  pid=$(cat "$DIR/run/$1.pid") && { ! kill -0 "$pid" 2>/dev/null || grep -qs '^State:.*Z' "/proc/$pid/status"; }
}
gateway_answers() {
  (exec 3<>"/dev/tcp/127.0.0.1/$PORT" && printf 'GET / HTTP/1.0\r\n\r\n' >&3 && grep -q '^HTTP/1' <&3) 2>/dev/null
}

set_quota() {
  [ -n "${S3_QUOTA_BYTES:-}" ] || return 0
  local admin=(radosgw-admin -c "$CONF" -n client.rgw.a quota)
  "${admin[@]}" set --quota-scope=user --uid=test --max-size="$S3_QUOTA_BYTES" >>"$DIR/log/user" 2>&1
  "${admin[@]}" enable --quota-scope=user --uid=test >>"$DIR/log/user" 2>&1
}

install_packages
write_configuration
start_monitor
start_object_store
start_gateway
set_quota
cat >"$DIR/env" <<END
export S3_TEST_ENDPOINT=http://127.0.0.1:$PORT
export AWS_ACCESS_KEY_ID=$ACCESS_KEY
export AWS_SECRET_ACCESS_KEY=$SECRET_KEY
export AWS_REGION=us-east-1
END
cat "$DIR/env"
