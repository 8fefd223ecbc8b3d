// SPDX-License-Identifier: GPL-2.0
#include "creation/origin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "creation/refusal.h"
#include "creation/user_stack.h"
#include "names/stage.h"
#include "shared/state.h"
#include "symbols/cgroup_paths.h"
#include "symbols/execs.h"
#include "symbols/kernel_symbols.h"
#include "symbols/named_files.h"
#include "symbols/user_symbols.h"
#include "text/log.h"

struct origins {
	bool processes; /* which parts of an origin the outputs want */
	bool kernel_stacks;
	struct execs *execs;
	struct cgroup_paths *cgroups;
	struct user_symbols *user;
	struct named_files *files;
	struct kernel_symbols *kernel;
	const struct state *state; /* shared with the BPF programs, which count module changes */
	__u64 module_changes;	   /* value of state->module_changes when the symbols were read */
	bool no_kernel;		   /* the kernel's symbols can't be read */
	struct boot_clock clock;   /* of the records' times */
	struct buffer texts;	   /* the frames of the last origin, each terminated by NUL */
};

static __u64 count_module_changes(const struct origins *origins)
{
	return __atomic_load_n(&origins->state->module_changes, __ATOMIC_ACQUIRE);
}

/* Explain why functions have no names: to everyone if stacks of the kernel were asked for. */
static void explain(const struct origins *origins, const char *what, const char *reason)
{
	if (origins->kernel_stacks)
		log_warning("-K: %s: %s", what, reason);
	else
		log_verbose("%s: %s", what, reason);
}

/* Read the kernel's symbols, or read them again after modules have changed. */
static void read_kernel_symbols(struct origins *origins)
{
	const char *reason;

	if (origins->no_kernel)
		return;
	origins->module_changes = count_module_changes(origins);
	if (origins->kernel) {
		if (kernel_symbols__refresh(origins->kernel, &reason))
			explain(origins, "functions of new modules have no names", reason);
		return;
	}
	origins->kernel = kernel_symbols__read(NULL, NULL, 0, &reason);
	if (origins->kernel)
		return;
	explain(origins, "functions of the kernel have no names", reason);
	origins->no_kernel = true;
}

/*
 * Return whether a module's address still belongs to what it belonged to when the record was made:
 * no module has been freed since.
 */
static bool is_still_there(const struct origins *origins, const struct wire_record *record)
{
	return record->spans[0].start >
	       __atomic_load_n(&origins->state->module_freed_ns, __ATOMIC_ACQUIRE);
}

/*
 * Find the function that contains a return address. The address can be the first one after the
 * function if its last instruction is the call, so the one before it is looked up.
 */
static bool find_kernel_symbol(struct origins *origins, const struct wire_record *record,
			       __u64 address, struct kernel_symbol *symbol)
{
	bool found;

	if (!origins->kernel)
		read_kernel_symbols(origins);
	if (!origins->kernel)
		return false;
	found = kernel_symbols__find(origins->kernel, address - 1, symbol);
	if ((!found || symbol->module) &&
	    origins->module_changes != count_module_changes(origins)) {
		read_kernel_symbols(origins);
		found = kernel_symbols__find(origins->kernel, address - 1, symbol);
	}
	if (!found || (symbol->module && !is_still_there(origins, record)))
		return false;
	symbol->offset++;
	return true;
}

struct origins *origins__new(const struct origins_options *options)
{
	struct origins *origins = calloc(1, sizeof(*origins));

	if (!origins)
		return NULL;
	origins->state = options->state;
	origins->clock = options->clock;
	origins->processes = options->processes;
	origins->kernel_stacks = options->kernel_stacks;
	origins->user = user_symbols__new("/proc");
	origins->files = named_files__new();
	origins->execs = execs__new("/proc", &options->execs, origins->files);
	if (!origins->user || !origins->execs || !origins->files) {
		origins__free(origins);
		return NULL;
	}
	/* If there is no cgroup v2 hierarchy, there are no paths. */
	if (options->processes)
		origins->cgroups = cgroup_paths__open("/proc/self/mountinfo");
	/*
	 * Reading takes a while. It is done before the trace begins: later, processes would end
	 * meanwhile before they were looked up.
	 */
	if (options->kernel_stacks)
		read_kernel_symbols(origins);
	return origins;
}

void origins__free(struct origins *origins)
{
	if (!origins)
		return;
	execs__free(origins->execs);
	cgroup_paths__close(origins->cgroups);
	user_symbols__free(origins->user);
	named_files__free(origins->files);
	kernel_symbols__free(origins->kernel);
	buffer__free(&origins->texts);
	free(origins);
}

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!strcmp(name, names[i]))
			return true;
	}
	return false;
}

#define IS_ONE_OF(name, names) is_one_of(name, names, sizeof(names) / sizeof(names[0]))

/*
 * Return whether a frame lies between the outermost stage and the BPF program that took the stack.
 */
static bool is_of_probe(const struct kernel_symbol *symbol, const char *outermost)
{
	return (symbol->module && !strcmp(symbol->module, "bpf")) ||
	       !strncmp(symbol->name, "bpf_", strlen("bpf_")) || !strcmp(symbol->name, outermost);
}

/* Return whether a frame is one of seccomp's functions that are observed, which call each other. */
static bool is_of_seccomp(const struct kernel_symbol *symbol)
{
	return !strcmp(symbol->name, REFUSAL_FUNCTION) || !strcmp(symbol->name, "audit_seccomp");
}

/*
 * Return the index of the first frame that belongs to a caller of the outermost stage. The stage's
 * own frame comes before it, unless the stage ended in a tail call or was not unwound. Where
 * seccomp refused the call, its function is in the place of the stage.
 */
static int find_caller(struct origins *origins, const struct wire_record *record)
{
	const char *outermost = stages[record->spans[0].stage].name;
	const __u64 *frames = wire_record__kernel_frames(record);
	struct kernel_symbol symbol;
	int i, caller = 0;

	for (i = 0; i < record->nr_kernel_frames; i++) {
		/*
		 * The first frame of a kprobe is the first address of the function, so look up the
		 * address itself. BPF programs may have no name.
		 */
		if (!find_kernel_symbol(origins, record, frames[i] + 1, &symbol))
			continue;
		if (!is_of_probe(&symbol, outermost) &&
		    !(record->refusal && is_of_seccomp(&symbol)))
			break;
		caller = i + 1;
	}
	return caller;
}

/*
 * Remember the offset at which a frame's text begins. It can't be a pointer yet since the buffer
 * moves when it grows.
 */
static void begin_text(struct origins *origins, size_t *offset)
{
	*offset = origins->texts.size;
}

static void end_text(struct origins *origins)
{
	buffer__add_char(&origins->texts, '\0');
}

static void add_offset(struct buffer *buffer, __u64 offset)
{
	char text[32];

	snprintf(text, sizeof(text), "+0x%llx", (unsigned long long)offset);
	buffer__add_string(buffer, text);
}

static void add_kernel_frame(struct origins *origins, const struct wire_record *record,
			     __u64 address)
{
	struct buffer *buffer = &origins->texts;
	struct kernel_symbol symbol;

	if (!find_kernel_symbol(origins, record, address, &symbol)) {
		buffer__add_string(buffer, "[unknown]");
		return;
	}
	buffer__add_string(buffer, symbol.name);
	add_offset(buffer, symbol.offset);
	if (!symbol.module)
		return;
	buffer__add_string(buffer, " [");
	buffer__add_string(buffer, symbol.module);
	buffer__add_char(buffer, ']');
}

/* Return whether a function only makes sockets on behalf of other parts of the kernel. */
static bool is_wrapper(const char *name)
{
	static const char *const wrappers[] = {
		"__sock_create",    "sock_create_kern",	    "sock_create_lite",
		"sock_create",	    "inet_ctl_sock_create", "__netlink_kernel_create",
		"udp_sock_create4", "udp_sock_create6",
	};

	return IS_ONE_OF(name, wrappers);
}

/*
 * Append the name of the kernel function that wanted the socket. Return false if that is not known.
 */
static bool add_requester(struct origins *origins, const struct wire_record *record, int caller)
{
	const __u64 *frames = wire_record__kernel_frames(record);
	struct kernel_symbol symbol;
	int i;

	if (record->via != VIA_KERNEL)
		return false;
	for (i = caller; i < record->nr_kernel_frames; i++) {
		if (!find_kernel_symbol(origins, record, frames[i], &symbol))
			return false;
		if (is_wrapper(symbol.name))
			continue;
		buffer__add_string(&origins->texts, symbol.name);
		end_text(origins);
		return true;
	}
	return false;
}

/* Offsets of texts in the buffer, kept until the buffer no longer moves. */
struct offsets {
	size_t requester;
	size_t kernel[WIRE_MAX_FRAMES];
	struct user_stack user;
};

static void find_kernel_frames(struct origins *origins, const struct wire_record *record,
			       struct origin *origin, struct offsets *offsets)
{
	const __u64 *frames = wire_record__kernel_frames(record);
	int caller = find_caller(origins, record);
	int i;

	for (i = caller; i < record->nr_kernel_frames && origins->kernel_stacks; i++) {
		begin_text(origins, &offsets->kernel[i - caller]);
		add_kernel_frame(origins, record, frames[i]);
		end_text(origins);
	}
	origin->nr_kernel_frames = i - caller;
	begin_text(origins, &offsets->requester);
	if (add_requester(origins, record, caller))
		origin->requester = "";
}

/* The record has times as the kernel counts them, and /proc as the tool's time namespace does. */
static struct process_id identify(const struct origins *origins, const struct wire_record *record)
{
	struct process_id id = { .pid = record->pid, .exec_id = record->exec_id };

	if (record->process_start_ns)
		id.start_ns = boot_clock__in_proc(&origins->clock, record->process_start_ns);
	return id;
}

static void find_user_frames(struct origins *origins, const struct wire_record *record,
			     struct origin *origin, struct offsets *offsets)
{
	const struct process_id id = identify(origins, record);
	const struct user_stack_names names = { origins->user, origins->files, &id };

	user_stack__add(&offsets->user, &origins->texts, &names, record);
	origin->nr_user_frames = offsets->user.nr_frames;
	origin->nr_unplaced = offsets->user.nr_unplaced;
}

/*
 * Set the pointers to all texts. The buffer is complete and no longer moves. If it ran out of
 * memory, the origin has no frames.
 */
static void set_texts(struct origins *origins, struct origin *origin, const struct offsets *offsets)
{
	const char *texts = origins->texts.data;
	int i;

	if (origins->texts.failed || !origins->texts.size) {
		origin->requester = NULL;
		origin->nr_kernel_frames = origin->nr_user_frames = 0;
		return;
	}
	for (i = 0; i < origin->nr_kernel_frames; i++)
		origin->kernel_frames[i] = texts + offsets->kernel[i];
	for (i = 0; i < origin->nr_user_frames; i++)
		origin->user_frames[i] = texts + offsets->user.frames[i];
	if (origin->requester)
		origin->requester = texts + offsets->requester;
}

static void find_process(struct origins *origins, const struct wire_record *record,
			 struct origin *origin)
{
	const struct process_id id = identify(origins, record);

	if (record->pid)
		execs__find(origins->execs, &id, record->process_start_ns, &origin->executed);
	if (origins->cgroups)
		origin->cgroup = cgroup_paths__find(origins->cgroups, record->cgroup_id);
}

bool origins__take(struct origins *origins, const void *data, size_t size, const char **reason)
{
	*reason = NULL;
	if (!named_files__is_record(data, size))
		return false;
	if (!named_files__keep(origins->files, data, size, reason) && !*reason)
		*reason = "out of memory";
	return true;
}

void origins__find(struct origins *origins, const struct wire_record *record, struct origin *origin)
{
	struct offsets offsets;

	memset(&origin->executed, 0, sizeof(origin->executed));
	origin->cgroup = origin->requester = NULL;
	origin->nr_kernel_frames = origin->nr_user_frames = origin->nr_unplaced = 0;
	if (origins->processes)
		find_process(origins, record, origin);
	if (!record->nr_kernel_frames && !record->nr_user_frames)
		return;
	if (origins->texts.failed)
		buffer__free(&origins->texts);
	origins->texts.size = 0;
	/* Look up the process first, since it may end while the kernel's symbols are read. */
	find_user_frames(origins, record, origin, &offsets);
	find_kernel_frames(origins, record, origin, &offsets);
	set_texts(origins, origin, &offsets);
}
