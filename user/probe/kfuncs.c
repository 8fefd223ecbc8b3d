// SPDX-License-Identifier: GPL-2.0
#include "probe/kfuncs.h"

#include <elf.h>
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

static void resolve_calls(struct bpf_insn *instructions, size_t nr,
			  const struct kernel_btf_ids *ids)
{
	size_t i;

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

/* The object is one of the tool's own, so its headers are taken for right. */
void kfuncs__resolve(void *elf, size_t size, const struct kernel_btf_ids *ids)
{
	const Elf64_Ehdr *header = elf;
	const Elf64_Shdr *sections = elf + header->e_shoff;
	int i;

	for (i = 0; i < header->e_shnum; i++) {
		const Elf64_Shdr *section = &sections[i];

		if (section->sh_type == SHT_PROGBITS && section->sh_flags & SHF_EXECINSTR &&
		    section->sh_offset + section->sh_size <= size)
			resolve_calls(elf + section->sh_offset,
				      section->sh_size / sizeof(struct bpf_insn), ids);
	}
}
