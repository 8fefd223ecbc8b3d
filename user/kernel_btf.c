// SPDX-License-Identifier: GPL-2.0
#include "kernel_btf.h"

#include <bpf/btf.h>

#include "log.h"
#include "stage.h"

int kernel_btf__stages(const char *path, __u64 *found)
{
	struct btf *btf = path ? btf__parse(path, NULL) : btf__load_vmlinux_btf();
	int stage;

	if (!btf) {
		log_error("cannot read %s%s: it holds no BTF that this tool understands",
			  path ? "the BTF file " : "the kernel's BTF", path ? path : "");
		return -1;
	}
	*found = 0;
	for (stage = 0; stage < NR_STAGES; stage++) {
		if (btf__find_by_name_kind(btf, stages[stage].name, BTF_KIND_FUNC) > 0)
			*found |= STAGE_BIT(stage);
	}
	btf__free(btf);
	return 0;
}
