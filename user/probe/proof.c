// SPDX-License-Identifier: GPL-2.0
#include "probe/proof.h"

#include <errno.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "probe/probe_link.h"
#include "probe/proof_programs.h"
#include "probe/tracer.h"

/* The objects whose way is proved. */
static const enum object_kind kinds[NR_PROOFS] = {
	[PROOF_FENTRY] = OBJECT_FENTRY,
	[PROOF_KPROBE_SESSION] = OBJECT_KPROBE_SESSION,
	[PROOF_KPROBE_MULTI] = OBJECT_KPROBE_MULTI,
	[PROOF_KPROBE] = OBJECT_KPROBE,
};

enum attach_way proof__way(enum proof proof)
{
	return load__way(kinds[proof]);
}

bool proof__is_needed(const struct tracer *tracer, const struct plan *plan, enum proof proof)
{
	const struct event_links *events = &tracer->events;

	if (plan__uses(plan, proof__way(proof)))
		return true;
	if (proof == PROOF_FENTRY)
		return events->seccomp[SECCOMP_EXIT];
	return proof == PROOF_KPROBE && (events->by_kprobes || events->seccomp[SECCOMP_INSTALL]);
}

/* The object that has the program: kprobes may be in use without an object of their own. */
static struct bpf_object *find_object(const struct tracer *tracer, enum proof proof)
{
	return tracer->objects[proof == PROOF_KPROBE ? OBJECT_FENTRY : kinds[proof]];
}

bool proof__prepare(struct proofs *proofs, const struct tracer *tracer, enum proof proof)
{
	struct bpf_object *object = find_object(tracer, proof);
	struct bpf_program *program;

	if (proofs->links[proof] || proofs->errors[proof])
		return proofs->links[proof];
	if (!object) {
		proofs->errors[proof] = ENOENT;
		return false;
	}
	program = proof_programs__find(object, proof);
	errno = ENOENT;
	if (program && bpf_program__fd(program) >= 0)
		proofs->links[proof] =
			probe_link__attach(program, kinds[proof], EXIT_HALF, PROOF_FUNCTION, 0);
	if (!proofs->links[proof])
		proofs->errors[proof] = errno;
	return proofs->links[proof];
}

int proof__call(const struct proofs *proofs, const struct tracer *tracer, bool fired[NR_PROOFS])
{
	LIBBPF_OPTS(bpf_test_run_opts, options);
	const struct bpf_program *program =
		bpf_object__find_program_by_name(tracer->objects[OBJECT_FENTRY], "prove_call");
	__u64 before[NR_PROOFS];
	int i;

	for (i = 0; i < NR_PROOFS; i++)
		before[i] = __atomic_load_n(&tracer->state->fired[i], __ATOMIC_ACQUIRE);
	if (bpf_prog_test_run_opts(bpf_program__fd(program), &options))
		return -1;
	for (i = 0; i < NR_PROOFS; i++)
		fired[i] = proofs->links[i] &&
			   before[i] != __atomic_load_n(&tracer->state->fired[i], __ATOMIC_ACQUIRE);
	return 0;
}

void proof__end(struct proofs *proofs)
{
	int i;

	for (i = 0; i < NR_PROOFS; i++) {
		probe_link__destroy(proofs->links[i]);
		proofs->links[i] = NULL;
	}
}
