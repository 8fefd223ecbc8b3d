// SPDX-License-Identifier: GPL-2.0
#include "probe/objects.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <unistd.h>

/* The skeletons check that both sides agree on these. */
#include "shared/config.h"
#include "shared/state.h"

#include "trace_fentry.skel.h"
#include "trace_fentry_atomics.skel.h"
#include "trace_kprobe.skel.h"
#include "trace_kprobe_atomics.skel.h"

/*
 * Whether programs may use atomic compare-and-exchange: since 5.12, later on some architectures
 * (commit 5ffa25502b5a "bpf: Add instructions for atomic_[cmp]xchg"). Found by loading a program
 * that does it: *(u32 *)(r10 - 8) is compared with r0 and set to r1.
 */
static bool has_atomics(void)
{
	const struct bpf_insn program[] = {
		{ .code = BPF_ST | BPF_MEM | BPF_W, .dst_reg = 10, .off = -8, .imm = 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 1, .imm = 1 },
		{ .code = BPF_STX | BPF_ATOMIC | BPF_W,
		  .dst_reg = 10,
		  .src_reg = 1,
		  .off = -8,
		  .imm = BPF_CMPXCHG },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, "atomics_probe", "GPL", program,
			       sizeof(program) / sizeof(program[0]), NULL);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

struct bpf_object *objects__open(enum object_kind kind, const char *btf)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "sockcreate",
		    .btf_custom_path = btf);
	bool atomics = has_atomics();
	const void *elf;
	size_t size;

	if (kind == OBJECT_FENTRY && atomics)
		elf = trace_fentry_atomics__elf_bytes(&size);
	else if (kind == OBJECT_FENTRY)
		elf = trace_fentry__elf_bytes(&size);
	else if (atomics)
		elf = trace_kprobe_atomics__elf_bytes(&size);
	else
		elf = trace_kprobe__elf_bytes(&size);
	return bpf_object__open_mem(elf, size, &options);
}
