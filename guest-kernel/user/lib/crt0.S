/* The first instruction of every program, at address 0. The kernel leaves argc, argv and envp on
   the stack, in this order, as if main had been called. */
	.text
	.globl	_start
_start:
	cld
	xorl	%ebp, %ebp
	popl	%eax
	popl	%ecx
	popl	%edx
	movl	%edx, environ
	movl	%ecx, __argv
	pushl	%edx
	pushl	%ecx
	pushl	%eax
	call	main
	pushl	%eax
	call	exit

	.bss
	.globl	environ, __argv
	.balign	4
environ:
	.long	0
__argv:
	.long	0
