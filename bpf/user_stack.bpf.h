/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What -U needs beyond the addresses that bpf_get_stack() returns: in which file each of them lies,
 * and the function that made the system call, which the unwinder leaves out. The stub of a C
 * library keeps no frame, so the frame pointer is still that of its caller, and the unwinder goes
 * on with the caller's caller.
 *
 * The return address to the function is mostly at the user's stack pointer, and on arm64 in the
 * link register. It counts if it lies in a file's code behind a call instruction. The 32-bit vDSO
 * pushes three words before, and some stubs make room for local variables.
 */
#ifndef USER_STACK_BPF_H
#define USER_STACK_BPF_H

#include "files.bpf.h"
#include "mappings.bpf.h"
#include "session_table.bpf.h"
#include "shared/call_instruction.h"
#include "system_call.bpf.h"

#define VM_EXEC		 0x00000004 /* include/linux/mm.h */
#define MAX_SEARCHES	 4	    /* for the mapping of an address */
#define LOWEST_ADDRESS	 4096	    /* nothing is mapped below */
#define HIGHEST_ADDRESS	 (1ULL << WIRE_FRAME_KIND_SHIFT)
#define CALLER_SLOTS	 8 /* words at the stack pointer; the stub of accept4() needs 6 */
#define FRAMES_AT_A_TIME 8
#define VDSO_SLOT	 3 /* the 32-bit vDSO pushes as many words before the system call */

/* Where an address lies within its mapping, as a frame of the record. */
static __always_inline u64 user_stack__frame_in(struct vm_area_struct *vma, u64 address)
{
	struct file *file = BPF_CORE_READ(vma, vm_file);
	u64 start = BPF_CORE_READ(vma, vm_start);
	u32 number;

	if (!(BPF_CORE_READ(vma, vm_flags) & VM_EXEC))
		return wire_frame__of_kind(WIRE_FRAME_DATA, address);
	if (!file && start == (u64)BPF_CORE_READ(vma, vm_mm, context.vdso))
		return wire_frame__of_kind(WIRE_FRAME_VDSO, address);
	if (!file)
		return wire_frame__of_kind(WIRE_FRAME_ANONYMOUS, address);
	number = files__number((u64)file);
	if (!number)
		return wire_frame__of_kind(WIRE_FRAME_UNNAMED, address);
	return wire_frame__in_file(number, address - start +
						   BPF_CORE_READ(vma, vm_pgoff) * config.page_size);
}

/*
 * Search once for the mapping of an address. The result is UNPLACED or UNMAPPED also where another
 * thread has changed mappings meanwhile.
 */
GLOBAL u64 user_stack__search(u64 address)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	const u64 unplaced = wire_frame__of_kind(WIRE_FRAME_UNPLACED, address);
	struct vm_area_struct *vma;
	struct mm_struct *mm;
	u64 frame;

	if (!WITH_USER_STACK)
		return 0;
	mm = BPF_CORE_READ(task, mm);
	vma = mappings__find(mm, address);
	if (!vma)
		return wire_frame__of_kind(WIRE_FRAME_UNMAPPED, address);
	if (!mappings__is(vma, mm, address))
		return unplaced;
	frame = user_stack__frame_in(vma, address);
	return mappings__is(vma, mm, address) ? frame : unplaced;
}

/* Whether another search may find more. */
static __always_inline bool user_stack__is_in_doubt(u64 frame)
{
	if (frame & WIRE_FRAME_IN_FILE)
		return false;
	return wire_frame__kind(frame) <= WIRE_FRAME_UNMAPPED;
}

/* An address of the current task as a frame of the record. */
static __always_inline u64 user_stack__frame(u64 address)
{
	u64 frame = 0;
	u32 i;

	NOT_UNROLLED
	for (i = 0; i < MAX_SEARCHES; i++) {
		frame = user_stack__search(address);
		if (!user_stack__is_in_doubt(frame))
			break;
	}
	return frame;
}

/* Append a frame to the record, of which places for the callers are still free. */
static __always_inline void user_stack__append(struct wire_record *record, u64 frame)
{
	u32 index = record->nr_user_frames;

	hide_from_compiler(index);
	if (index >= WIRE_MAX_USER_FRAMES)
		return;
	record->details.user_frames[index] = frame;
	record->nr_user_frames = index + 1;
}

/*
 * Append the caller if the word can be a return address. There is a call before it, and it lies in
 * code; code that is in no file is uncertain, since nobody can tell what it is.
 */
static __always_inline bool user_stack__append_caller(struct wire_record *record, u64 address,
						      bool certain)
{
	u64 frame = user_stack__frame(address - 1);

	if (!(frame & WIRE_FRAME_IN_FILE)) {
		u32 kind = wire_frame__kind(frame);

		if (kind == WIRE_FRAME_UNMAPPED || kind == WIRE_FRAME_DATA)
			return false;
		certain = false;
	}
	frame |= WIRE_FRAME_CALLER;
	user_stack__append(record, certain ? frame : frame | WIRE_FRAME_UNCERTAIN);
	return true;
}

#if defined(__TARGET_ARCH_x86)

static __always_inline bool user_stack__is_behind_call(u64 address)
{
	u64 code = 0;

	if (address < LOWEST_ADDRESS || address >= HIGHEST_ADDRESS ||
	    bpf_probe_read_user(&code, sizeof(code), (void *)address - CALL_INSTRUCTION_BYTES))
		return false;
	return call_instruction__ends_x86(code);
}

/*
 * Append the callers that the words at the user's stack pointer tell. The words end where the
 * unwinder has found a return address: above the word that the frame pointer points to. If no
 * caller is found before, the function that makes the system call has a frame, and none is missing.
 * Return whether one may be missing.
 */
static __always_inline bool user_stack__append_callers(struct wire_record *record,
						       struct task_struct *task)
{
	struct pt_regs *registers = compat__user_registers(task);
	u32 size = system_call__is_compat(task) ? sizeof(u32) : sizeof(u64);
	bool in_vdso = size == sizeof(u32) &&
		       wire_frame__kind(record->details.user_frames[0]) == WIRE_FRAME_VDSO;
	u32 certain_slot = in_vdso ? VDSO_SLOT : 0, slot;
	u64 stack = 0, frame = 0;

	bpf_probe_read_kernel(&stack, sizeof(stack), &registers->sp);
	bpf_probe_read_kernel(&frame, sizeof(frame), &registers->bp);
	NOT_UNROLLED
	for (slot = 0; slot < CALLER_SLOTS; slot++) {
		u64 word = 0;

		if (stack == frame + size)
			return false;
		if (bpf_probe_read_user(&word, size, (void *)stack))
			return true;
		stack += size;
		if (!user_stack__is_behind_call(word) ||
		    !user_stack__append_caller(record, word, slot == certain_slot))
			continue;
		/* Behind the vDSO comes the stub of a C library. */
		if (!in_vdso)
			return false;
		in_vdso = false;
	}
	return record->nr_user_frames == 1;
}

/* Whether the task is inside a system call, not in an interrupt or an exception. */
static __always_inline bool user_stack__is_system_call(struct task_struct *task)
{
	return (s64)system_call__number(task) >= 0;
}

#else /* arm64 */

#define LINK_REGISTER	 30
#define LINK_REGISTER_32 14

/* The bits of an address that are not part of its signature (pointer authentication). */
#define ADDRESS_MASK	 ((1ULL << 48) - 1)

static __always_inline bool user_stack__is_behind_call(u64 address, bool compat)
{
	bool thumb = compat && address & 1;
	u64 place = address & ~1ULL, code = 0;

	if (place < LOWEST_ADDRESS ||
	    bpf_probe_read_user(&code, sizeof(code), (void *)place - CALL_INSTRUCTION_BYTES))
		return false;
	return compat ? call_instruction__ends_arm(code, thumb)
		      : call_instruction__ends_arm64(code);
}

/*
 * Append the caller that the link register tells, unless the unwinder has found it as well: then
 * the function that makes the system call has a frame. Return whether one may be missing. What the
 * register holds may also be left over from a call that this function has made before; the user
 * side tells that by the function's name.
 */
static __always_inline bool user_stack__append_callers(struct wire_record *record,
						       struct task_struct *task)
{
	struct pt_regs *registers = compat__user_registers(task);
	bool compat = system_call__is_compat(task);
	u32 number = compat ? LINK_REGISTER_32 : LINK_REGISTER;
	u64 link = 0;

	bpf_probe_read_kernel(&link, sizeof(link), &registers->user_regs.regs[number]);
	link &= ADDRESS_MASK;
	if (link == record->details.user_frames[WIRE_MAX_CALLERS + 1])
		return false;
	return !user_stack__is_behind_call(link, compat) ||
	       !user_stack__append_caller(record, link, true);
}

static __always_inline bool user_stack__is_system_call(struct task_struct *task)
{
	struct pt_regs___of_system_call *registers = (void *)compat__user_registers(task);

	return BPF_CORE_READ(registers, syscallno) >= 0;
}

#endif

/*
 * Append the frames from one of the addresses on, of nr. As a function of its own it costs the
 * verifier less: the work on a loop grows with the square of its rounds.
 */
GLOBAL int user_stack__append_some(u32 slot, u32 first, u32 nr)
{
	struct session *session = WITH_USER_STACK ? session__in(slot) : NULL;
	struct wire_record *record;
	u32 i;

	if (!session)
		return 0;
	record = &session->record;
	NOT_UNROLLED
	for (i = 0; i < FRAMES_AT_A_TIME; i++) {
		u32 index = first + i;

		hide_from_compiler(index);
		if (index >= WIRE_MAX_FRAMES || index >= nr)
			return 0;
		user_stack__append(
			record,
			user_stack__frame(record->details.user_frames[WIRE_MAX_CALLERS + index] -
					  !!index));
	}
	return 0;
}

/* Append the callers of the innermost frame, and mark what may follow from others. */
GLOBAL int user_stack__complete_innermost(u32 slot)
{
	struct session *session = WITH_USER_STACK ? session__in(slot) : NULL;
	struct task_struct *task;

	if (!session)
		return 0;
	task = current_task();
	return user_stack__is_system_call(task) &&
	       user_stack__append_callers(&session->record, task);
}

/*
 * Make frames of the record of nr addresses, which bpf_get_stack() has stored behind the places for
 * the callers, and add these. The innermost address is that of the next instruction, the others are
 * those of returns.
 */
static __noinline int user_stack__complete(struct session *session, u32 nr)
{
	struct wire_record *record = &session->record;
	u32 first, next, uncertain;

	record->nr_user_frames = 0;
	user_stack__append(record,
			   user_stack__frame(record->details.user_frames[WIRE_MAX_CALLERS]));
	uncertain = user_stack__complete_innermost(session->slot);
	next = record->nr_user_frames;
	/* The first address is done. */
	for (first = 1; first < WIRE_MAX_FRAMES && first < nr; first += FRAMES_AT_A_TIME)
		user_stack__append_some(session->slot, first, nr);
	hide_from_compiler(next);
	if (uncertain && next < WIRE_MAX_USER_FRAMES && next < record->nr_user_frames)
		record->details.user_frames[next] |= WIRE_FRAME_UNCERTAIN;
	return 0;
}

#endif /* USER_STACK_BPF_H */
