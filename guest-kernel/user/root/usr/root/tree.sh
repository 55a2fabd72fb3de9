#!/bin/sh
# The directories below one, with as many dashes as each is deep.
walk() {
	for entry in "$1"/*; do
		if [ -d "$entry" ] && [ ! -L "$entry" ]; then
			echo "$2 ${entry##*/}"
			walk "$entry" "$2--"
		fi
	done
}
walk "${1:-/usr}" "--"
