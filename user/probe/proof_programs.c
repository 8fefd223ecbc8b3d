// SPDX-License-Identifier: GPL-2.0
#include "probe/proof_programs.h"

#include "probe/kprobe_session.h"

struct bpf_program *proof_programs__find(struct bpf_object *object, enum proof proof)
{
	static const char *const names[NR_PROOFS] = {
		[PROOF_FENTRY] = "prove_fentry",
		[PROOF_KPROBE_SESSION] = "prove_kprobe_session",
		[PROOF_KPROBE_MULTI] = "prove_kprobe_multi",
		[PROOF_KPROBE] = "prove_kprobe",
	};

	return bpf_object__find_program_by_name(object, names[proof]);
}

static void pick(struct bpf_object *object, enum proof proof, bool wanted)
{
	bpf_program__set_autoload(proof_programs__find(object, proof), wanted);
}

void proof_programs__pick(struct bpf_object *object, enum object_kind kind, bool wanted,
			  bool by_fentry)
{
	if (kind == OBJECT_FENTRY) {
		pick(object, PROOF_FENTRY, wanted && by_fentry);
		pick(object, PROOF_KPROBE, wanted);
		return;
	}
	if (kind == OBJECT_KPROBE_SESSION) {
		kprobe_session__set_type(proof_programs__find(object, PROOF_KPROBE_SESSION));
		pick(object, PROOF_KPROBE_SESSION, wanted);
		return;
	}
	pick(object, PROOF_KPROBE_MULTI, wanted && kind == OBJECT_KPROBE_MULTI);
	if (kind == OBJECT_KPROBE_MULTI)
		bpf_program__set_expected_attach_type(
			proof_programs__find(object, PROOF_KPROBE_MULTI), BPF_TRACE_KPROBE_MULTI);
}
