/*
 * The ways into the kernel: system_call (INT 80h), the exceptions, the 16 device interrupts;
 * and the one way out. Every entry builds the same struct trap_frame (linux/frame.h) on the
 * kernel stack, so that C code can read and change the registers of the interrupted program.
 *
 * In the kernel ds = es = 10h (kernel data) and fs = user_ds (the task's data): a user pointer
 * is an offset into %fs.
 */

/* Offsets in struct trap_frame. */
#define EBX 16
#define EDX 20
#define ECX 24
#define EAX 28
#define CS_ 56

#define TRACER 1220 /* in task_struct */

	.text
	.macro SAVE_ALL
	cld
	pushl %ds
	pushl %es
	pushl %fs
	pushal
	movl $0x10, %edx
	movw %dx, %ds
	movw %dx, %es
	movw user_ds, %fs
	.endm

/*
 * System call: number in eax, arguments in ebx, ecx, edx, result in eax. The arguments are
 * pushed again for the C function, which may overwrite its own copies.
 */
	.globl system_call, ret_from_sys_call
	.balign 4
system_call:
	pushl %eax
	pushl $0x80
	SAVE_ALL
	movl current, %edx
	cmpl $0, TRACER(%edx)
	jne traced_call
untraced_call:
	cmpl $nr_system_calls, %eax
	jae bad_sys_call
	pushl EDX(%esp)
	pushl ECX + 4(%esp)
	pushl EBX + 8(%esp)
	call *sys_call_table(, %eax, 4)
	addl $12, %esp
	movl %eax, EAX(%esp)
	movl current, %edx
	cmpl $0, TRACER(%edx)
	jne traced_return

/* Back to where we came from; to ring 3 by way of the scheduler and the signals. */
ret_from_sys_call:
	testb $3, CS_(%esp)
	jz restore_all
	pushl %esp
	call return_to_user
	popl %eax
restore_all:
	popal
	popl %fs
	popl %es
	popl %ds
	addl $8, %esp /* vector, error code */
	iret

bad_sys_call:
	movl $-38, EAX(%esp) /* ENOSYS */
	jmp ret_from_sys_call

/* kernel/systrace.c notes the call, and its result. */
traced_call:
	pushl %esp
	call trace_enter
	popl %eax
	movl EAX(%esp), %eax
	jmp untraced_call
traced_return:
	pushl %esp
	call trace_leave
	popl %eax
	jmp ret_from_sys_call

/* Exceptions. Where the CPU pushes no error code a 0 stands for it. */
	.macro EXCEPTION name, vector, has_code = 0
	.globl \name
	.balign 4
\name:
	.if \has_code == 0
	pushl $0
	.endif
	pushl $\vector
	jmp exception
	.endm

	EXCEPTION divide_error, 0
	EXCEPTION debug, 1
	EXCEPTION nmi, 2
	EXCEPTION int3, 3
	EXCEPTION overflow, 4
	EXCEPTION bounds, 5
	EXCEPTION invalid_op, 6
	EXCEPTION device_not_available, 7
	EXCEPTION double_fault, 8, 1
	EXCEPTION coprocessor_segment_overrun, 9
	EXCEPTION invalid_TSS, 10, 1
	EXCEPTION segment_not_present, 11, 1
	EXCEPTION stack_segment, 12, 1
	EXCEPTION general_protection, 13, 1
	EXCEPTION page_fault, 14, 1
	EXCEPTION reserved, 15
	EXCEPTION coprocessor_error, 16
	EXCEPTION alignment_check, 17, 1

exception:
	SAVE_ALL
	pushl %esp
	call do_trap
	popl %eax
	jmp ret_from_sys_call

/* Device interrupts: the error code slot holds the number of the line. */
	.macro IRQ number, name
	.globl \name
	.balign 4
\name:
	pushl $\number
	pushl $0x20 + \number
	jmp device_interrupt
	.endm

	IRQ 0, timer_interrupt
	IRQ 1, keyboard_interrupt
	IRQ 2, irq2_interrupt
	IRQ 3, rs2_interrupt
	IRQ 4, rs1_interrupt
	IRQ 5, irq5_interrupt
	IRQ 6, floppy_interrupt
	IRQ 7, parallel_interrupt
	IRQ 8, irq8_interrupt
	IRQ 9, irq9_interrupt
	IRQ 10, irq10_interrupt
	IRQ 11, irq11_interrupt
	IRQ 12, irq12_interrupt
	IRQ 13, fpu_interrupt
	IRQ 14, hd_interrupt
	IRQ 15, irq15_interrupt

device_interrupt:
	SAVE_ALL
	pushl %esp
	call do_irq
	popl %eax
	jmp ret_from_sys_call
