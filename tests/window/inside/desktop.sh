#!/bin/sh
# Run a command on a virtual screen with a window manager and the accessibility bus.
# desktop.sh WIDTHxHEIGHT COMMAND...
set -e
size=$1
shift
export DISPLAY=:77 XDG_RUNTIME_DIR=/tmp/run GTK_MODULES=gail:atk-bridge NO_AT_BRIDGE=0
mkdir -p "$XDG_RUNTIME_DIR"
chmod 700 "$XDG_RUNTIME_DIR"
# Without abstract sockets, which are shared with everything else that runs on the machine.
Xvfb "$DISPLAY" -screen 0 "${size}x24" -nolisten tcp -nolisten local >"$HOME/xvfb.log" 2>&1 &
for _ in $(seq 50); do
  xdotool getdisplaygeometry >/dev/null 2>&1 && break
  sleep 0.1
done
exec dbus-run-session -- sh -c '
  /usr/libexec/at-spi-bus-launcher --launch-immediately >/dev/null 2>&1 &
  while :; do openbox >/dev/null 2>&1; sleep 0.2; done &
  for _ in $(seq 100); do
    xdotool get_num_desktops >/dev/null 2>&1 && break  # only a window manager knows
    sleep 0.1
  done
  exec "$@"' sh "$@"
