// SPDX-License-Identifier: GPL-2.0
/* Tests what --state finds to have changed, and how it names objects and values. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixtures/state_fixture.h"

static const struct state_entry *find(const struct fixture *fixture, int span,
				      enum state_object object)
{
	int i;

	for (i = 0; i < fixture->changes.nr_entries; i++) {
		const struct state_entry *entry = &fixture->changes.entries[i];

		if (entry->span == span && entry->object == object)
			return entry;
	}
	return NULL;
}

static __u32 changed(const struct fixture *fixture, int span, enum state_object object)
{
	const struct state_entry *entry = find(fixture, span, object);

	return entry ? entry->changed : 0;
}

static void finds_what_changed(void **state)
{
	struct fixture *fixture = *state;

	make(fixture);
	assert_true(find(fixture, 2, STATE_SOCKET)->first);
	assert_null(find(fixture, 2, STATE_SOCK));
	/* Of a new object all known members are shown, but not its type, which is still unknown. */
	assert_true(changed(fixture, 2, STATE_SOCKET) & FIELD_BIT(FIELD_SOCKET_SK));
	assert_false(changed(fixture, 2, STATE_SOCKET) & FIELD_BIT(FIELD_SOCKET_TYPE));
	assert_int_equal(changed(fixture, 4, STATE_SOCKET),
			 FIELD_BIT(FIELD_SOCKET_TYPE) | FIELD_BIT(FIELD_SOCKET_OPS));
	assert_false(changed(fixture, 4, STATE_SOCK) & FIELD_BIT(FIELD_SK_CGROUP));
	assert_int_equal(changed(fixture, 5, STATE_SOCKET), FIELD_BIT(FIELD_SOCKET_SK));
	assert_int_equal(changed(fixture, 6, STATE_SOCK),
			 FIELD_BIT(FIELD_SK_PROTOCOL) | FIELD_BIT(FIELD_SK_RCVBUF) |
				 FIELD_BIT(FIELD_SK_SNDBUF) | FIELD_BIT(FIELD_SK_DESTRUCT));
	assert_int_equal(changed(fixture, 6, STATE_SOCKET), 0);
	assert_int_equal(changed(fixture, 1, STATE_SOCKET), 0);
	assert_int_equal(changed(fixture, 8, STATE_SOCKET), FIELD_BIT(FIELD_SOCKET_FILE));
	/*
	 * A change at the end of the caller is shown at the reconstructed span, which ends at the
	 * same time.
	 */
	assert_int_equal(changed(fixture, 7, STATE_SOCKET), FIELD_BIT(FIELD_FD));
	assert_int_equal(changed(fixture, 0, STATE_SOCKET), 0);
}

/* What the caller has set is found at the entry, and not once more at the exit. */
static void finds_what_the_caller_had_changed(void **state)
{
	struct fixture *fixture = *state;
	const struct state_entry *entry;

	make_with_entry(fixture);
	entry = find(fixture, 3, STATE_SOCKET);
	assert_non_null(entry);
	assert_true(entry->at_entry);
	assert_int_equal(entry->changed, FIELD_BIT(FIELD_SOCKET_TYPE));
	assert_false(find(fixture, 4, STATE_SOCKET)->at_entry);
	assert_int_equal(changed(fixture, 4, STATE_SOCKET), FIELD_BIT(FIELD_SOCKET_OPS));
}

/* The part of the outermost call that is reconstructed ends with it, but does not begin with it. */
static void finds_the_entry_of_a_call_with_a_reconstructed_part(void **state)
{
	struct fixture *fixture = *state;

	make(fixture);
	add_snapshot(&fixture->snapshots, 0)->fd = 6;
	fixture->snapshots.snapshots[fixture->snapshots.nr_snapshots - 1].flags |= WIRE_AT_ENTRY;
	compute(fixture);
	assert_int_equal(changed(fixture, 0, STATE_SOCKET), FIELD_BIT(FIELD_FD));
}

static void names_objects_in_the_order_of_their_appearance(void **state)
{
	struct fixture *fixture = *state;
	struct wire_snapshots pair = { .nr_snapshots = 0 };
	char name[STATE_NAME_SIZE];
	struct state_value value;
	int i;

	make(fixture);
	for (i = 0; i < 4; i++) {
		struct wire_snapshot *snapshot = add_snapshot(&pair, 2 + i);

		snapshot->flags = WIRE_HAS_SOCKET;
		snapshot->socket = SOCKET + (i % 2) * 4096;
		snapshot->socket_sk = SK + (i % 2) * 4096;
		snapshot->inode = i;
	}
	state_changes__compute(&fixture->changes, &fixture->made.tree, &pair, &fixture->names);
	assert_int_equal(fixture->changes.nr_entries, 4);
	for (i = 0; i < 4; i++) {
		const struct state_entry *entry = &fixture->changes.entries[i];

		assert_string_equal(state_entry__name(entry, name),
				    i % 2 ? "socket#2" : "socket#1");
		state_entry__value(&fixture->changes, entry, FIELD_SOCKET_SK, &value);
		assert_string_equal(value.name, i % 2 ? "sk#2" : "sk#1");
		assert_int_equal(entry->first, i < 2);
	}
	assert_int_equal(fixture->changes.entries[2].changed, FIELD_BIT(FIELD_INODE));
}

static void has_only_so_many_names(void **state)
{
	struct fixture *fixture = *state;
	struct wire_snapshots many = { .nr_snapshots = 0 };
	int i;

	make(fixture);
	for (i = 0; i < WIRE_MAX_SNAPSHOTS; i++) {
		struct wire_snapshot *snapshot = add_snapshot(&many, 2);

		snapshot->flags = WIRE_HAS_SOCKET | WIRE_HAS_SOCK;
		snapshot->socket = SOCKET + i;
		snapshot->sk = SK + i;
	}
	many.snapshots[0].span = 40; /* there is no such span in the tree */
	assert_int_equal(state_changes__compute(&fixture->changes, &fixture->made.tree, &many,
						&fixture->names),
			 1);
	assert_int_equal(fixture->changes.nr_entries, 2 * (STATE_MAX_NAMED - 1));
}

static void check_value(const struct fixture *fixture, const struct wire_snapshot *snapshot,
			enum state_field field, const char *name, __u64 number)
{
	const struct state_entry entry = { .snapshot = snapshot };
	struct state_value value;

	state_entry__value(&fixture->changes, &entry, field, &value);
	assert_string_equal(value.name, name);
	assert_true(value.number == number);
}

static void names_values(void **state)
{
	struct fixture *fixture = *state;
	struct wire_snapshot snapshot = { .sk_family = 2, .sk_state = 7, .socket_type = 1 };

	make(fixture);
	check_value(fixture, &snapshot, FIELD_SK_STATE, "TCP_CLOSE", 7);
	snapshot.sk_state = 99;
	check_value(fixture, &snapshot, FIELD_SK_STATE, "", 99);
	snapshot.sk_state = 2;
	snapshot.sk_family = 31; /* AF_BLUETOOTH has states of its own */
	check_value(fixture, &snapshot, FIELD_SK_STATE, "", 2);
	snapshot.sk_family = 2;
	strcpy(snapshot.sk_prot_name, "SMC");
	check_value(fixture, &snapshot, FIELD_SK_STATE, "", 2);
	snapshot.socket_flags = 1 << 5 | 1 << 2 | 1 << 20;
	check_value(fixture, &snapshot, FIELD_SOCKET_FLAGS, "SOCK_NOSPACE|SOCK_SUPPORT_ZC|1048576",
		    snapshot.socket_flags);
	snapshot.socket_flags = 1 << 20;
	check_value(fixture, &snapshot, FIELD_SOCKET_FLAGS, "", 1 << 20);
	snapshot.sk_rcvbuf = -1;
	check_value(fixture, &snapshot, FIELD_SK_RCVBUF, "", UINT64_MAX);
	snapshot.sk_prot = PROT + 1; /* not a symbol's address */
	check_value(fixture, &snapshot, FIELD_SK_PROT, "?", 0);
}

/* The same bits are shown as other flags if the kernel has other names for them. */
static void names_flags_as_the_kernel_does(void **state)
{
	struct fixture *fixture = *state;
	struct wire_snapshot snapshot = { .socket_flags = 1 << 4 | 1 << 3 };
	struct socket_flags flags = { 0 };

	make(fixture);
	check_value(fixture, &snapshot, FIELD_SOCKET_FLAGS, "SOCK_PASSCRED|SOCK_PASSSEC", 0x18);
	socket_flags__add(&flags, 3, "SOCK_SUPPORT_ZC");
	socket_flags__add(&flags, 4, "SOCK_CUSTOM_SOCKOPT");
	fixture->names.flags = &flags;
	make(fixture);
	check_value(fixture, &snapshot, FIELD_SOCKET_FLAGS, "SOCK_SUPPORT_ZC|SOCK_CUSTOM_SOCKOPT",
		    0x18);
	fixture->names.flags = &(struct socket_flags){ 0 };
	make(fixture);
	check_value(fixture, &snapshot, FIELD_SOCKET_FLAGS, "", 0x18);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_what_changed),
		TEST(finds_what_the_caller_had_changed),
		TEST(finds_the_entry_of_a_call_with_a_reconstructed_part),
		TEST(names_objects_in_the_order_of_their_appearance),
		TEST(has_only_so_many_names),
		TEST(names_values),
		TEST(names_flags_as_the_kernel_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
