// SPDX-License-Identifier: GPL-2.0
#include "probe/kfuncs.h"

#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "shared/kfuncs.h"

/* The number that stands in the place of a call, or 0 if it is another call. */
static __u32 number_of(__s32 placeholder, const struct kernel_btf_ids *ids)
{
	switch (placeholder) {
	case KFUNC_SESSION_IS_RETURN:
		return ids->session_is_return;
	case KFUNC_RDONLY_CAST:
		return ids->rdonly_cast;
	default:
		return 0;
	}
}

/* libbpf hands out the instructions as constant; they are its own copy, which it loads next. */
void kfuncs__resolve(struct bpf_program *program, const struct kernel_btf_ids *ids)
{
	struct bpf_insn *instructions = (struct bpf_insn *)bpf_program__insns(program);
	size_t i, nr = bpf_program__insn_cnt(program);

	for (i = 0; i < nr; i++) {
		struct bpf_insn *call = &instructions[i];
		__u32 number;

		if (call->code != (BPF_JMP | BPF_CALL) || call->src_reg)
			continue;
		number = number_of(call->imm, ids);
		if (!number)
			continue;
		call->src_reg = BPF_PSEUDO_KFUNC_CALL;
		call->imm = number;
	}
}
