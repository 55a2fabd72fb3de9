/* Short loops, each about one thing that a system does often. system.c lays them at CODE, makes the
   tables that they use, and calls one with the number of rounds in ECX; HLT ends it. */

#define DATA 0x200000
#define PAGES 0x280000
#define VIDEO 0xb8000
#define PORT 0x1f0
#define RING0_CODE 0x08
#define RING0_DATA 0x10
#define RING3_CODE 0x3b
#define RING3_DATA 0x43
#define OTHER_TASK 0x58
#define TASK 0x50
#define PAGE_TABLE 0x101000
#define PRESENT 7
#define REAL_SEGMENT 0x800

/* Where system.c finds what. */
	.globl _start
_start:
	.long	nothing, interrupt, system_call, task, flush_one, flush_many, fault_skip, fault_map
	.long	port_read, port_write, text, segments, far_call, move_short, move_long, store_long
	.long	stacks, flags, move_video, load_flags, control, patch_constant, patch_branch, patch_opcode
	.long	a20, scan, compare, load_string, real_interrupt, real_call, v86_interrupt, v86_port
	.long	on_interrupt, on_system_call, on_fault_skip, on_fault_map, other_task
	.long	on_v86_interrupt, stop

nothing:
	dec	%ecx
	jnz	nothing
	hlt

/* To ring 3 with IRET, so that its INT changes the stack. The rounds stay in ECX. */
.macro	ring3 entry
	push	$RING3_DATA
	push	$0xd000
	push	$0x202
	push	$RING3_CODE
	push	$\entry
	iret
.endm

interrupt:
	ring3	1f
1:	int	$0x80
	dec	%ecx
	jnz	1b
	int	$0x82			/* leads to stop */
on_interrupt:
	iret
stop:
	hlt

/* As Linux 0.12 enters and leaves a call. */
system_call:
	ring3	1f
1:	mov	$20, %eax
	int	$0x81
	dec	%ecx
	jnz	1b
	int	$0x82
on_system_call:
	push	%ds
	push	%es
	push	%fs
	push	%eax
	push	%edx
	push	%ecx
	push	%ebx
	mov	$RING0_DATA, %edx
	mov	%dx, %ds
	mov	%dx, %es
	mov	$RING3_DATA, %edx
	mov	%dx, %fs
	call	1f
	pop	%ebx
	pop	%ecx
	pop	%edx
	pop	%eax
	pop	%fs
	pop	%es
	pop	%ds
	iret
1:	mov	DATA, %eax
	ret

/* Two switches a round. */
task:
	ljmp	$OTHER_TASK, $0
	dec	%ecx
	jnz	task
	hlt
other_task:
	ljmp	$TASK, $0
	jmp	other_task

flush_one:
	mov	%cr3, %eax
1:	mov	%eax, %cr3
	mov	DATA, %ebx
	dec	%ecx
	jnz	1b
	hlt

/* 256 touches after each flush: a round is one touch. */
flush_many:
	mov	%cr3, %eax
	shr	$8, %ecx
1:	mov	%eax, %cr3
	mov	$DATA, %ebx
	mov	$256, %edx
2:	incl	(%ebx)
	add	$4096, %ebx
	dec	%edx
	jnz	2b
	dec	%ecx
	jnz	1b
	hlt

/* The handler goes on after the access. */
fault_skip:
	movl	$0, PAGE_TABLE + (PAGES >> 12) * 4
	mov	%cr3, %eax
	mov	%eax, %cr3
1:	mov	PAGES, %ebx		/* 6 bytes */
	dec	%ecx
	jnz	1b
	hlt
on_fault_skip:
	add	$4, %esp
	addl	$6, (%esp)
	iret

/* The handler maps the page; 64 pages, then all are taken away again. */
fault_map:
	shr	$6, %ecx
1:	mov	$64, %edx
	mov	$PAGE_TABLE + (PAGES >> 12) * 4, %edi
	mov	%cr3, %eax
2:	movl	$0, (%edi)
	add	$4, %edi
	dec	%edx
	jnz	2b
	mov	%eax, %cr3
	mov	$64, %edx
	mov	$PAGES, %ebx
3:	incl	(%ebx)
	add	$4096, %ebx
	dec	%edx
	jnz	3b
	dec	%ecx
	jnz	1b
	hlt
on_fault_map:
	push	%eax
	push	%edi
	mov	%cr2, %eax
	mov	%eax, %edi
	and	$0xfffff000, %eax
	shr	$10, %edi
	or	$PRESENT, %eax
	mov	%eax, PAGE_TABLE(%edi)
	pop	%edi
	pop	%eax
	add	$4, %esp
	iret

port_read:
	mov	$PORT, %edx
1:	in	%dx, %al
	dec	%ecx
	jnz	1b
	hlt

port_write:
	mov	$PORT, %edx
1:	out	%al, %dx
	dec	%ecx
	jnz	1b
	hlt

/* Cells of a text screen, one store each. */
text:
	mov	$0x0741, %eax
1:	mov	$VIDEO, %edi
	mov	$2000, %edx
2:	mov	%ax, (%edi)
	add	$2, %edi
	dec	%ecx
	jz	3f
	dec	%edx
	jnz	2b
	inc	%al
	jmp	1b
3:	hlt

segments:
	mov	$RING0_DATA, %eax
1:	mov	%ax, %es
	mov	%ax, %fs
	dec	%ecx
	jnz	1b
	hlt

far_call:
	lcall	$RING0_CODE, $1f
	dec	%ecx
	jnz	far_call
	hlt
1:	lret

/* 64 bytes a round. */
move_short:
	mov	%ecx, %edx
1:	mov	$DATA, %esi
	mov	$DATA + 0x1000, %edi
	mov	$16, %ecx
	rep movsl
	dec	%edx
	jnz	1b
	hlt

/* 64 KB a round. */
move_long:
	mov	%ecx, %edx
1:	mov	$DATA, %esi
	mov	$DATA + 0x10000, %edi
	mov	$0x4000, %ecx
	rep movsl
	dec	%edx
	jnz	1b
	hlt
store_long:
	mov	%ecx, %edx
1:	mov	$DATA, %edi
	mov	$0x4000, %ecx
	rep stosl
	dec	%edx
	jnz	1b
	hlt

/* Saves and loads what a kernel thread switch does. */
stacks:
1:	pushf
	pusha
	mov	%esp, DATA
	mov	DATA, %esp
	popa
	popf
	dec	%ecx
	jnz	1b
	hlt

flags:
	cli
	sti
	dec	%ecx
	jnz	flags
	hlt

/* As Linux 0.12 ends a critical section. */
load_flags:
	pushf
	cli
	popf
	dec	%ecx
	jnz	load_flags
	hlt

/* As a switch of tasks sets TS, or a memory manager leaves and enters paging. */
control:
	mov	%cr0, %eax
1:	mov	%eax, %cr0
	dec	%ecx
	jnz	1b
	hlt

/* Code that changes: the constant of an instruction, the distance of a jump, an opcode. */
patch_constant:
	mov	%ecx, 1f + 1
	jmp	1f
1:	add	$0x12345678, %eax
	dec	%ecx
	jnz	patch_constant
	hlt
patch_branch:
	xorb	$1, 1f + 1
	jmp	1f
1:	jmp	2f
	nop
2:	dec	%ecx
	jnz	patch_branch
	hlt
patch_opcode:
	xorb	$1, 1f			/* INC EAX, INC ECX less one round */
	jmp	1f
1:	inc	%eax
	mov	%ebx, %eax
	dec	%ecx
	jg	patch_opcode
	hlt

/* Opens and closes the A20 gate, as a memory manager of DOS does, with an access each. */
a20:	mov	$PORT, %edx
	mov	$2, %eax
1:	xor	$2, %eax
	out	%al, %dx
	mov	DATA, %ebx
	dec	%ecx
	jnz	1b
	hlt

/* 64 KB a round. */
scan:	mov	%ecx, %edx
	mov	$1, %al
1:	mov	$DATA, %edi
	mov	$0x10000, %ecx
	repne scasb
	dec	%edx
	jnz	1b
	hlt
compare:
	mov	%ecx, %edx
1:	mov	$DATA, %esi
	mov	$DATA + 0x10000, %edi
	mov	$0x10000, %ecx
	repe cmpsb
	dec	%edx
	jnz	1b
	hlt
load_string:
	mov	%ecx, %edx
1:	mov	$DATA, %esi
	mov	$0x10000, %ecx
	rep lodsb
	dec	%edx
	jnz	1b
	hlt

/* In real mode, where all segments stand on _start. */
	.code16
real_interrupt:
	mov	$on_real_interrupt - _start, %ax
	mov	%ax, %fs:4 * 0x20		/* FS is 0: the vector table */
	mov	%cs, %fs:4 * 0x20 + 2
1:	int	$0x20
	dec	%ecx
	jnz	1b
	hlt
on_real_interrupt:
	iret
real_call:
	lcall	$REAL_SEGMENT, $1f - _start
	dec	%ecx
	jnz	real_call
	hlt
1:	lret

/* In virtual-8086 mode: an interrupt that ring 0 only returns from, and a port that the map allows. */
v86_interrupt:
	int	$0x83
	dec	%ecx
	jnz	v86_interrupt
	int	$0x82
v86_port:
	mov	$PORT, %dx
1:	in	%dx, %al
	dec	%ecx
	jnz	1b
	int	$0x82
	.code32
on_v86_interrupt:
	iret

/* Scrolls a text screen: 3840 bytes a round. */
move_video:
	mov	%ecx, %edx
1:	mov	$VIDEO + 160, %esi
	mov	$VIDEO, %edi
	mov	$960, %ecx
	rep movsl
	dec	%edx
	jnz	1b
	hlt
