/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Details that few creations have: the modules that were requested, and the stacks that the user
 * wants.
 */
#ifndef DETAILS_BPF_H
#define DETAILS_BPF_H

#include "session.bpf.h"
#include "task.bpf.h"
#include "user_stack.bpf.h"

/* include/uapi/asm-generic/errno-base.h */
#define EMFILE 24

/* The number of frames that bpf_get_stack() has stored, by its result: bytes, or an error. */
static __always_inline u8 details__frames(long bytes)
{
	return bytes > 0 ? bytes / sizeof(u64) : 0;
}

/*
 * Record the stacks at the entry of an outermost stage. Later the frames of its caller can't be
 * told for sure.
 */
static __always_inline void details__capture_stacks(void *ctx, struct session *session)
{
	struct wire_record *record = &session->record;
	u32 frames;

	if (WITH_KERNEL_STACK || record->via == VIA_KERNEL)
		record->nr_kernel_frames =
			details__frames(bpf_get_stack(ctx, record->details.kernel_frames,
						      sizeof(record->details.kernel_frames), 0));
	if (!WITH_USER_STACK)
		return;
	frames = details__frames(bpf_get_stack(ctx, record->details.user_frames + WIRE_MAX_CALLERS,
					       WIRE_MAX_FRAMES * sizeof(u64), BPF_F_USER_STACK));
	if (frames)
		user_stack__complete(session, frames);
}

/* Move details down to an offset in the record. Return the offset behind them. */
static __always_inline u32 details__pack(struct wire_record *record, u32 offset, const void *from,
					 u32 size, u32 max)
{
	/* The compiler knows that the check below never fails; the verifier does not. */
	hide_both_from_compiler(offset, size);
	if (offset > sizeof(*record) - max || size > max)
		return offset;
	bpf_probe_read_kernel((char *)record + offset, size, from);
	return offset + size;
}

/*
 * Move all details right behind the spans, as the ring buffer has them, where they take no more
 * room than needed. Return the size of the whole record.
 */
static __noinline u32 details__pack_all(struct wire_record *record, u32 offset)
{
	struct wire_details *details = &record->details;

	offset = details__pack(record, offset, details->modules,
			       record->nr_modules * sizeof(struct wire_module),
			       sizeof(details->modules));
	offset = details__pack(record, offset, details->kernel_frames,
			       record->nr_kernel_frames * sizeof(u64),
			       sizeof(details->kernel_frames));
	offset = details__pack(record, offset, details->user_frames,
			       record->nr_user_frames * sizeof(u64), sizeof(details->user_frames));
	return details__pack(record, offset, &details->differences,
			     record->nr_differences * sizeof(details->differences),
			     sizeof(details->differences));
}

/* What differs from what the header of a record says. If nothing did up to now, it begins empty. */
static __always_inline struct wire_differences *details__differences(struct wire_record *record)
{
	if (!record->nr_differences)
		record->details.differences = (struct wire_differences){};
	record->nr_differences = 1;
	return &record->details.differences;
}

/* Note the protocol with which __sock_create() has failed, if it is not that asked for. */
static __noinline int details__note_protocol(struct wire_record *record, s32 protocol)
{
	struct wire_differences *differences;

	if (protocol == record->protocol)
		return 0;
	differences = details__differences(record);
	differences->has_protocol = 1;
	differences->protocol = protocol;
	return 0;
}

/*
 * Note the current task's network namespace where the socket's is another. That is never so for
 * socket(), which makes its socket in that of the task.
 */
static __noinline int details__note_task_netns(struct wire_record *record)
{
	u32 netns = task__current_netns();

	if (!record->netns || !netns || netns == record->netns)
		return 0;
	details__differences(record)->task_netns = netns;
	return 0;
}

/*
 * Record why no descriptor is left. If RLIMIT_NOFILE is the reason, all descriptors below it are in
 * use, so the table of them is at least as large. If it is smaller, it could not grow because
 * fs.nr_open was reached. Comparing the two limits does not tell: a table that has grown outlives a
 * change of fs.nr_open.
 */
static __noinline void details__capture_descriptor_limit(struct wire_record *record)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	record->descriptor_limit =
		BPF_CORE_READ(task, signal, rlim[7 /* RLIMIT_NOFILE */].rlim_cur);
	if (BPF_CORE_READ(task, files, fdt, max_fds) < record->descriptor_limit)
		record->flags |= WIRE_NR_OPEN_REACHED;
}

static __always_inline void details__capture_capabilities(struct wire_module *module)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	const struct cred *cred = BPF_CORE_READ(task, cred);

	bpf_probe_read_kernel(&module->capabilities, sizeof(module->capabilities),
			      &cred->cap_effective);
	module->in_user_namespace = BPF_CORE_READ(cred, user_ns, level) != 0;
}

/* Note that the kernel asks user space for a module. Within a creation, it is for that. */
static __always_inline void details__capture_module(struct session *session, const char *name)
{
	u32 index = session->record.nr_modules;
	struct wire_module *module;

	if (!session->innermost)
		return;
	if (index >= WIRE_MAX_MODULES) {
		session__count_truncated(session);
		return;
	}
	module = &session->record.details.modules[index];
	__builtin_memset(module, 0, sizeof(*module));
	bpf_probe_read_kernel_str(module->name, sizeof(module->name), name);
	details__capture_capabilities(module);
	module->span = session__innermost(session)->index;
	session->record.nr_modules = index + 1;
}

#endif /* DETAILS_BPF_H */
