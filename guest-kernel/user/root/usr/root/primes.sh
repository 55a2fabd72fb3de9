#!/bin/sh
# The primes up to a number, 50 if none is given.
last=${1:-50}
n=2
while [ $n -le $last ]; do
	d=2
	prime=yes
	while [ $((d * d)) -le $n ]; do
		if [ $((n % d)) -eq 0 ]; then
			prime=no
			break
		fi
		d=$((d + 1))
	done
	if [ $prime = yes ]; then
		echo -n "$n "
	fi
	n=$((n + 1))
done
echo
