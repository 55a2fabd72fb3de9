#include <stdio.h>

int main(void)
{
	fputs("\033[H\033[J", stdout);
	return 0;
}
