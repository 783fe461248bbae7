#!/bin/sh
# A sign-in plugin for the tests. It appends what it was given to the file PLUGIN_LOG and does what PLUGIN says; anything but
# the words below is printed as the credential's status, unless the file PLUGIN_FILE holds another.
printf '{"info":%s,"args":"%s","pid":%s}\n' "$KUBERNETES_EXEC_INFO" "$*" $$ >>"$PLUGIN_LOG"
answer() {
	version=$(printf %s "$KUBERNETES_EXEC_INFO" | sed 's/.*"apiVersion":"\([^"]*\)".*/\1/')
	printf '{"kind":"ExecCredential","apiVersion":"%s","status":%s}' "$version" "$1"
}
case $PLUGIN in
hang)
	sleep 1000 &
	echo $! >"$PLUGIN_LOG.child"
	wait
	;;
device)
	printf 'open https://example.com/device\n\033[1mand enter AB-CD\033[0m\n' >&2
	until [ -f "$PLUGIN_FILE" ]; do sleep 0.1; done
	answer '{"token":"device"}'
	;;
slow)
	sleep 1
	answer '{"token":"slow"}'
	;;
ask)
	printf 'Password: ' >&2
	read -r typed
	answer "{\"token\":\"typed-${typed:-nothing}\"}"
	;;
fail)
	echo 'some noise' >&2
	echo 'the session has expired: run login' >&2
	exit 3
	;;
nonsense) echo 'token: secret' ;;
count) answer "{\"token\":\"token-$(($(wc -l <"$PLUGIN_LOG")))\"}" ;; # a new token each time it runs
*) answer "$(if [ -f "$PLUGIN_FILE" ]; then cat "$PLUGIN_FILE"; else printf %s "$PLUGIN"; fi)" ;;
esac
