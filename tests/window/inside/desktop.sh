#!/bin/sh
# Run a command on a virtual screen with a window manager and the accessibility bus.
# desktop.sh WIDTHxHEIGHT COMMAND...
set -e
size=$1
shift
export DISPLAY=:77 XDG_RUNTIME_DIR="$HOME/run" GTK_MODULES=gail:atk-bridge NO_AT_BRIDGE=0
mkdir -p "$XDG_RUNTIME_DIR"
chmod 700 "$XDG_RUNTIME_DIR"
Xvfb "$DISPLAY" -screen 0 "${size}x24" -nolisten tcp >"$HOME/xvfb.log" 2>&1 &
for _ in $(seq 50); do
  xdotool getdisplaygeometry >/dev/null 2>&1 && break
  sleep 0.1
done
exec dbus-run-session -- sh -c '
  /usr/libexec/at-spi-bus-launcher --launch-immediately >/dev/null 2>&1 &
  openbox >/dev/null 2>&1 &
  exec "$@"' sh "$@"
