// SPDX-License-Identifier: GPL-2.0
/*
 * libxl-async [-o OWNER] [-w WAY] KERNEL RAMDISK: the operations of libxl that make
 * a guest's life, with an ao_how, on a guest of its own, in each way that its
 * completion can be told and under each owner of SIGCHLD. In dom0, as root.
 *
 * libxl-async [-o OWNER] [-w WAY] OPERATION GUEST: that one, on a guest that is
 * there; pause, unpause, shutdown, reboot, destroy or save, which is refused.
 *
 * OWNER, of SIGCHLD (libxl_event.h, "Subprocess handling"):
 *   libxl      while an operation runs, libxl does; nobody else has children
 *   mainloop   we do, and tell libxl who has gone
 *   always     libxl, from the beginning to the end
 *   selective  likewise, but it reaps its own children only
 * WAY, in which a completion comes:
 *   callback   ao_how.callback
 *   check      no callback: an event, taken by libxl_event_check()
 *   wait       the same by libxl_event_wait(), which cannot go with mainloop: it
 *              sleeps, and who would reap?
 *   hooks      the same, given to event_occurs of libxl_event_register_callbacks()
 *
 * Events go one way: with a bit in event_occurs_mask they come to event_occurs,
 * and libxl_event_check() and _wait() never see them. "hooks" tries that, too.
 *
 * What is printed is TAP. The exit status is 0 only if all is ok, but for what is
 * marked TODO: a fault of libxl 4.17, known to end a process that aborts a save or
 * a restore.
 */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <libxl.h>
#include <libxl_event.h>
#include <libxl_utils.h>
#include <xenstore.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define PROGRAM		"libxl-async"
/* The guests, one of each context */
#define NAME		PROGRAM
#define SECOND		PROGRAM "-2"
#define MEMORY_KIB	(96 * 1024)
#define CMDLINE		"console=hvc0 rdinit=/init a31.mode=shell kunit.enable=0"
/* Only what hangs takes that long. */
#define BOUND_S		90
#define SLICE_MS	100
#define MAX_POLL	64
/* An operation's rc before it is complete; libxl's are small */
#define PENDING		(-1000)
/* Each guest has a disk, for which scripts run: children of libxl's. */
#define DISK_BYTES	(1 << 20)
/* Of aborts of a create at seven of its steps, so many have to be in time. */
#define IN_TIME		3
/* A child of ours ends by this status, which none of libxl's does */
#define OWN_STATUS	77

enum way { CALLBACK, CHECK, WAIT, HOOKS };

/* Where to abort, in turns of the loop; of a create with its disk's script that are some thirty. */
static const int create_steps[] = { 0, 1, 2, 4, 8, 16, 24 };
static const int destroy_steps[] = { 0, 1, 4 };
/* Of a save or a restore, which both have a helper and end when that says that it cannot */
static const int helper_steps[] = { 0, 1, 4 };

static const char *const guests[] = { NAME, SECOND };
static const char *const way_names[] = { "callback", "check", "wait", "hooks" };
static const char *const owner_names[] = { "libxl", "mainloop", "always", "selective" };

/**
 * struct op - one operation
 * @next: the one before it
 * @how: what libxl was given
 * @started: what libxl said to it; 0: it is under way
 * @completions: how often it was said to be complete; once is right
 * @rc: what it came to
 *
 * It is there as long as the contexts are, so that a completion too many finds it.
 */
struct op {
	struct op *next;
	libxl_asyncop_how how;
	int started;
	int completions;
	int rc;
};

static struct {
	libxl_ctx *ctx[2];
	int nr_ctx;
	enum way way;
	libxl_sigchld_owner owner;
	char *kernel;
	char *ramdisk;
	/* The one operation that was asked for, and on whom; -1: all */
	int operation;
	char *guest;
	int chld_pipe[2];
	/* A child of ours, and how it ended once somebody has told us */
	pid_t own;
	int own_status;
	/* How many children each context has had */
	int forks[2];
	struct op *ops;
	/* libxl keeps pointers to both. */
	libxl_childproc_hooks chld;
	libxl_event_hooks hooks;
	/* Of the guest, as its events tell */
	int shutdown_reason;
	/* In which a child of ours aborts */
	int turns;
	/* Whether an aborted save or restore may end the process that asked for it */
	bool may_die;
	char where[64];
	/* TAP, and whether an abort is being tried; our children go on with it. */
	struct tally {
		int number;
		int failed;
		bool aborting;
	} *tally;
} run;

static void result(bool ok, const char *fmt, ...)
{
	va_list ap;

	run.tally->failed += !ok;
	printf("%sok %d %s: ", ok ? "" : "not ", ++run.tally->number, run.where);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
}

static void bail_out(const char *why)
{
	printf("Bail out! %s: %s\n", run.where, why);
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);

	return t.tv_sec + t.tv_nsec / 1e9;
}

/* ------------------------------------------------------------------ */

static void complete(struct op *op, int rc)
{
	op->completions++;
	op->rc = rc;
}

static void on_callback(libxl_ctx *ctx, int rc, void *op)
{
	complete(op, rc);
}

/* Whoever brings the event, it is ours to free. */
static void take(libxl_ctx *ctx, libxl_event *event)
{
	switch (event->type) {
	case LIBXL_EVENT_TYPE_OPERATION_COMPLETE:
		complete((struct op *)(uintptr_t)event->for_user, event->u.operation_complete.rc);
		break;
	case LIBXL_EVENT_TYPE_DOMAIN_SHUTDOWN:
		run.shutdown_reason = event->u.domain_shutdown.shutdown_reason;
		break;
	default:
		break;
	}
	libxl_event_free(ctx, event);
}

static void on_event(void *ctx, libxl_event *event)
{
	take(ctx, event);
}

static void on_sigchld(int signum)
{
	int saved = errno;
	/* A pipe that is full says it as well. */
	ssize_t written = write(run.chld_pipe[1], "", 1);

	(void)written;
	errno = saved;
}

/* A child that is none of libxl's: of its owner, or of ours as mainloop */
static int on_reaped(pid_t pid, int status, void *user)
{
	if (pid != run.own)
		return ERROR_UNKNOWN_CHILD;
	run.own_status = status;

	return 0;
}

/* As mainloop we reap, and ask each context whose it was. */
static void reap(void)
{
	char drop[64];
	int status, i;
	pid_t pid;

	while (read(run.chld_pipe[0], drop, sizeof(drop)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (i = 0; i < run.nr_ctx; i++)
			if (libxl_childproc_reaped(run.ctx[i], pid, status) != ERROR_UNKNOWN_CHILD)
				break;
		if (i == run.nr_ctx && on_reaped(pid, status, NULL))
			result(false, "child %d is nobody's", (int)pid);
	}
}

static void take_all(libxl_ctx *ctx)
{
	libxl_event *event;

	/* With hooks for some of them that returns only the others. */
	while (!libxl_event_check(ctx, &event, LIBXL_EVENTMASK_ALL, NULL, NULL)) {
		if (run.way == HOOKS && event->type == LIBXL_EVENT_TYPE_OPERATION_COMPLETE)
			result(false, "event_check returned an event that event_occurs is for");
		take(ctx, event);
	}
}

/* One turn of a loop that is the application's own, for all its contexts. */
static void turn(void)
{
	struct pollfd fds[ARRAY_SIZE(run.ctx) * MAX_POLL + 1];
	int nfds[ARRAY_SIZE(run.ctx)], total = 0, timeout = SLICE_MS, i;
	struct timeval t;

	gettimeofday(&t, NULL);
	for (i = 0; i < run.nr_ctx; i++) {
		nfds[i] = MAX_POLL;
		/* The only error is that they are more. */
		if (libxl_osevent_beforepoll(run.ctx[i], &nfds[i], &fds[total], &timeout, t))
			bail_out("libxl wants more files polled than there is room for");
		total += nfds[i];
	}
	fds[total] = (struct pollfd) { .fd = run.chld_pipe[0], .events = POLLIN };
	poll(fds, total + 1, timeout);
	gettimeofday(&t, NULL);
	for (i = 0, total = 0; i < run.nr_ctx; total += nfds[i++])
		libxl_osevent_afterpoll(run.ctx[i], nfds[i], &fds[total], t);
	if (run.owner == libxl_sigchld_owner_mainloop)
		reap();
	for (i = 0; i < run.nr_ctx; i++)
		take_all(run.ctx[i]);
}

static void sleep_and_take(libxl_ctx *ctx)
{
	libxl_event *event;

	if (!libxl_event_wait(ctx, &event, LIBXL_EVENTMASK_ALL, NULL, NULL))
		take(ctx, event);
}

static void *allocate(size_t size)
{
	void *p = calloc(1, size);

	if (!p) {
		perror(PROGRAM ": calloc");
		exit(1);
	}

	return p;
}

static struct op *new_op(void)
{
	struct op *op = allocate(sizeof(*op));

	op->rc = PENDING;
	if (run.way == CALLBACK) {
		op->how.callback = on_callback;
		op->how.u.for_callback = op;
	} else {
		op->how.u.for_event = (uintptr_t)op;
	}
	op->next = run.ops;
	run.ops = op;

	return op;
}

/* One that has not begun must not complete. */
static bool completed_once(const struct op *op)
{
	return op->completions == (op->started ? 0 : 1);
}

static bool all_completed_once(void)
{
	const struct op *op;

	for (op = run.ops; op; op = op->next)
		if (!completed_once(op))
			return false;

	return true;
}

static void free_ops(void)
{
	while (run.ops) {
		struct op *op = run.ops;

		run.ops = op->next;
		free(op);
	}
}

static void on_alarm(int signum)
{
	static const char said[] = "Bail out! libxl does not come back\n";
	ssize_t written = write(STDOUT_FILENO, said, sizeof(said) - 1);

	(void)written;
	_exit(1);
}

/* Until OP is complete, and a little longer, for a second completion. */
static int end(libxl_ctx *ctx, struct op *op)
{
	double bound = now() + BOUND_S;

	if (op->started) {
		turn();
		return op->completions ? PENDING : op->started;
	}
	/* libxl_event_wait() has no bound. */
	signal(SIGALRM, on_alarm);
	alarm(2 * BOUND_S);
	while (!op->completions && now() < bound) {
		if (run.way == WAIT)
			sleep_and_take(ctx);
		else
			turn();
	}
	alarm(0);
	/* It goes on with what its caller would dispose of now. */
	if (!op->completions)
		bail_out("no completion");
	turn();

	return op->rc;
}

static void judge(const char *what, const struct op *op, int rc, bool good)
{
	result(good && completed_once(op), "%s: rc %d, %d completion(s)", what, rc,
	       op->completions);
}

/* ------------------------------------------------------------------ */

static char *disk_path(const char *name)
{
	char *path;

	if (asprintf(&path, "/tmp/%s.disk", name) < 0)
		abort();

	return path;
}

static void disk_init(libxl_device_disk *disk, const char *name)
{
	libxl_device_disk_init(disk);
	disk->pdev_path = disk_path(name);
	disk->vdev = strdup("xvda");
	disk->format = LIBXL_DISK_FORMAT_RAW;
	disk->readwrite = 1;
}

static void config_init(libxl_domain_config *config, const char *name)
{
	libxl_domain_config_init(config);
	config->num_disks = 1;
	config->disks = allocate(sizeof(*config->disks));
	disk_init(config->disks, name);
	config->c_info.type = LIBXL_DOMAIN_TYPE_PVH;
	config->c_info.name = strdup(name);
	libxl_uuid_generate(&config->c_info.uuid);
	libxl_domain_build_info_init_type(&config->b_info, LIBXL_DOMAIN_TYPE_PVH);
	config->b_info.max_vcpus = 1;
	config->b_info.max_memkb = MEMORY_KIB;
	config->b_info.target_memkb = MEMORY_KIB;
	config->b_info.kernel = strdup(run.kernel);
	config->b_info.ramdisk = strdup(run.ramdisk);
	config->b_info.cmdline = strdup(CMDLINE);
}

/* The guest's kernel takes requests when it has said so in the store, where libxl has made an empty key for it. */
static bool wait_ready(uint32_t domid)
{
	struct xs_handle *xs = xs_open(0);
	double bound = now() + BOUND_S;
	char path[64];
	bool ready = false;

	snprintf(path, sizeof(path), "/local/domain/%u/control/feature-poweroff", domid);
	while (xs && !ready && now() < bound) {
		char *value = xs_read(xs, XBT_NULL, path, NULL);

		ready = value && !strcmp(value, "1");
		free(value);
		turn();
	}
	if (xs)
		xs_close(xs);

	return ready;
}

static bool is_there(libxl_ctx *ctx, uint32_t *domid)
{
	return !libxl_name_to_domid(ctx, NAME, domid);
}

/**
 * struct birth - a guest that is being created or restored
 * @op: the operation
 * @config: the guest's
 * @domid: the guest, once there is one
 * @stream: what it is restored from, or -1
 */
struct birth {
	struct op *op;
	libxl_domain_config config;
	uint32_t domid;
	int stream;
};

static void begin_create(libxl_ctx *ctx, struct birth *b, const char *name)
{
	b->domid = INVALID_DOMID;
	b->stream = -1;
	b->op = new_op();
	config_init(&b->config, name);
	b->op->started = libxl_domain_create_new(ctx, &b->config, &b->domid, &b->op->how, NULL);
}

/*
 * From what a stream begins with (docs/specs/libxl-migration-stream.pandoc): its
 * header, version 2, little endian, and the record behind which the stream is
 * libxc's. That of ARM has no restore, and has to say so. A stream that ends
 * earlier makes libxl 4.17 call a function that it has not set yet.
 */
static void begin_restore(libxl_ctx *ctx, struct birth *b)
{
	const struct {
		uint64_t ident;
		uint32_t version, options;
		uint32_t type, length;
	} start = { htobe64(0x4c6962786c466d74), htobe32(2), 0, 1, 0 };
	libxl_domain_restore_params params;
	int fds[2];

	b->domid = INVALID_DOMID;
	b->op = new_op();
	config_init(&b->config, NAME);
	if (pipe2(fds, O_CLOEXEC) || write(fds[1], &start, sizeof(start)) != sizeof(start)) {
		perror("pipe");
		exit(1);
	}
	close(fds[1]);
	b->stream = fds[0];
	libxl_domain_restore_params_init(&params);
	params.stream_version = 2;
	b->op->started = libxl_domain_create_restore(ctx, &b->config, &b->domid, b->stream, -1,
						     &params, &b->op->how, NULL);
	libxl_domain_restore_params_dispose(&params);
}

static void dispose_birth(struct birth *b)
{
	libxl_domain_config_dispose(&b->config);
	if (b->stream >= 0)
		close(b->stream);
}

static int end_birth(libxl_ctx *ctx, struct birth *b)
{
	int rc = end(ctx, b->op);

	dispose_birth(b);

	return rc;
}

static bool create(libxl_ctx *ctx, uint32_t *domid, const char *what)
{
	struct birth b;
	int rc;

	begin_create(ctx, &b, NAME);
	rc = end_birth(ctx, &b);
	judge(what, b.op, rc, !rc);
	*domid = b.domid;

	return !rc;
}

static bool refused(const struct op *op, int rc)
{
	return !op->started && rc < 0 && rc != PENDING;
}

/* The error comes as the completion. */
static void restore(libxl_ctx *ctx)
{
	uint32_t domid;
	struct birth b;
	int rc;

	begin_restore(ctx, &b);
	rc = end_birth(ctx, &b);
	judge("restore is refused", b.op, rc, refused(b.op, rc));
	result(!is_there(ctx, &domid), "nothing of it is left");
}

typedef int (*simple_op)(libxl_ctx *ctx, uint32_t domid, const libxl_asyncop_how *how);

static struct op *begin(libxl_ctx *ctx, uint32_t domid, simple_op fn)
{
	struct op *op = new_op();

	op->started = fn(ctx, domid, &op->how);

	return op;
}

static bool simple(libxl_ctx *ctx, uint32_t domid, simple_op fn, const char *what)
{
	struct op *op = begin(ctx, domid, fn);
	int rc = end(ctx, op);

	judge(what, op, rc, !rc);

	return !rc;
}

/* Nobody reads what is saved: the helper ends before it writes. */
static int save_to_null(libxl_ctx *ctx, uint32_t domid, const libxl_asyncop_how *how)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	return libxl_domain_suspend(ctx, domid, fd, 0, how);
}

static void lives_on(libxl_ctx *ctx, uint32_t domid)
{
	libxl_dominfo info;
	int rc;

	libxl_dominfo_init(&info);
	rc = libxl_domain_info(ctx, &info, domid);
	result(!rc && !info.shutdown && !info.dying, "the guest lives on after it");
	libxl_dominfo_dispose(&info);
}

/* ARM has none; the error comes as the completion, and the guest lives on. */
static void save(libxl_ctx *ctx, uint32_t domid)
{
	struct op *op = begin(ctx, domid, save_to_null);
	int rc = end(ctx, op);

	judge("save is refused", op, rc, refused(op, rc));
	lives_on(ctx, domid);
}

/* A request to the guest, and what the guest makes of it */
static void request(libxl_ctx *ctx, uint32_t domid, simple_op fn, int reason, const char *what)
{
	libxl_evgen_domain_death *death = NULL;
	double bound = now() + BOUND_S;

	run.shutdown_reason = LIBXL_SHUTDOWN_REASON_UNKNOWN;
	if (libxl_evenable_domain_death(ctx, domid, 0, &death))
		result(false, "libxl_evenable_domain_death");
	else if (simple(ctx, domid, fn, what))
		while (run.shutdown_reason == LIBXL_SHUTDOWN_REASON_UNKNOWN && now() < bound)
			turn();
	if (death)
		libxl_evdisable_domain_death(ctx, death);
	result(run.shutdown_reason == reason, "the guest ends by it: reason %d", run.shutdown_reason);
}

static void life(void)
{
	libxl_ctx *ctx = run.ctx[0];
	uint32_t domid;

	restore(ctx);
	if (!create(ctx, &domid, "create"))
		return;
	simple(ctx, domid, libxl_domain_unpause, "unpause");
	result(wait_ready(domid), "the guest boots");
	simple(ctx, domid, libxl_domain_pause, "pause");
	simple(ctx, domid, libxl_domain_unpause, "unpause again");
	save(ctx, domid);
	request(ctx, domid, libxl_domain_reboot, LIBXL_SHUTDOWN_REASON_REBOOT, "reboot");
	simple(ctx, domid, libxl_domain_destroy, "destroy");
	if (!create(ctx, &domid, "create by the same name"))
		return;
	simple(ctx, domid, libxl_domain_unpause, "unpause");
	result(wait_ready(domid), "the guest boots");
	request(ctx, domid, libxl_domain_shutdown, LIBXL_SHUTDOWN_REASON_POWEROFF, "shutdown");
	simple(ctx, domid, libxl_domain_destroy, "destroy");
}

/* ------------------------------------------------------------------ */

/*
 * What there was nothing left of to abort has to have come to what it comes to otherwise. An abort that comes before
 * libxl runs a script is kept for that, and libxl__async_exec_start() calls it ERROR_FAIL.
 */
static bool aborted_well(const struct op *op, int said, int rc, int otherwise)
{
	return !op->started && op->completions == 1 &&
	       (rc == otherwise || (!said && (rc == ERROR_ABORTED || rc == ERROR_FAIL)));
}

static void judge_abort(const struct op *op, const char *what, int turns, int said, int rc, int otherwise)
{
	result(aborted_well(op, said, rc, otherwise), "%s, aborted after %d turns: abort said %d, rc %d, %d completion(s)",
	       what, turns, said, rc, op->completions);
}

/* Whether anything is left to destroy, and that it can be. */
static void destroy_rest(libxl_ctx *ctx)
{
	uint32_t domid;

	if (is_there(ctx, &domid))
		simple(ctx, domid, libxl_domain_destroy, "destroy of what is left");
	result(!is_there(ctx, &domid), "nothing of it is left");
}

/* After TURNS of the loop; what the operation came to */
static int abort_after(libxl_ctx *ctx, struct op *op, int turns, int *said)
{
	int i, rc;

	for (i = 0; !op->started && i < turns; i++)
		turn();
	run.tally->aborting = true;
	*said = libxl_ao_abort(ctx, &op->how);
	rc = end(ctx, op);
	run.tally->aborting = false;

	return rc;
}

/*
 * One completion, whatever it says. What an aborted create leaves of the domain
 * is the caller's to destroy. Returns whether it was in time.
 */
static bool abort_create(libxl_ctx *ctx, int turns)
{
	struct birth b;
	int rc, said;

	begin_create(ctx, &b, NAME);
	rc = abort_after(ctx, b.op, turns, &said);
	dispose_birth(&b);
	judge_abort(b.op, "create", turns, said, rc, 0);
	destroy_rest(ctx);

	return rc == ERROR_ABORTED;
}

/* Whether there was something to abort */
static bool abort_simple(libxl_ctx *ctx, uint32_t domid, simple_op fn, int turns, const char *what)
{
	struct op *op = begin(ctx, domid, fn);
	int said, rc = abort_after(ctx, op, turns, &said);

	judge_abort(op, what, turns, said, rc, 0);

	return !said;
}

static void aborts(void)
{
	libxl_ctx *ctx = run.ctx[0];
	size_t n, in_time = 0, destroys = 0;
	uint32_t domid;

	for (n = 0; n < ARRAY_SIZE(create_steps); n++)
		in_time += abort_create(ctx, create_steps[n]);
	result(in_time >= IN_TIME, "create was aborted in time %zu times of %zu", in_time, ARRAY_SIZE(create_steps));
	for (n = 0; n < ARRAY_SIZE(destroy_steps); n++) {
		if (!create(ctx, &domid, "create after all these"))
			return;
		destroys += abort_simple(ctx, domid, libxl_domain_destroy, destroy_steps[n], "destroy");
		destroy_rest(ctx);
	}
	result(destroys, "destroy was there to be aborted %zu times of %zu", destroys, ARRAY_SIZE(destroy_steps));
	if (!create(ctx, &domid, "create"))
		return;
	abort_simple(ctx, domid, libxl_domain_unpause, 0, "unpause");
	abort_simple(ctx, domid, libxl_domain_pause, 0, "pause");
	simple(ctx, domid, libxl_domain_unpause, "unpause again");
	result(wait_ready(domid), "the guest boots");
	abort_simple(ctx, domid, libxl_domain_shutdown, 0, "shutdown");
	abort_simple(ctx, domid, libxl_domain_reboot, 1, "reboot");
	destroy_rest(ctx);
}

/* A guest that was created, and that somebody has tried to save */
static void still_boots(void)
{
	libxl_ctx *ctx = run.ctx[0];
	uint32_t domid;

	if (!is_there(ctx, &domid)) {
		result(false, "the guest is there");
		return;
	}
	lives_on(ctx, domid);
	simple(ctx, domid, libxl_domain_unpause, "unpause");
	result(wait_ready(domid), "the guest boots");
	destroy_rest(ctx);
}

static void abort_save(void)
{
	libxl_ctx *ctx = run.ctx[0];
	uint32_t domid;
	struct op *op;
	int rc, said;

	if (!create(ctx, &domid, "create"))
		return;
	op = begin(ctx, domid, save_to_null);
	rc = abort_after(ctx, op, run.turns, &said);
	judge_abort(op, "save", run.turns, said, rc, ERROR_GUEST_TIMEDOUT);
	still_boots();
}

static void abort_restore(void)
{
	libxl_ctx *ctx = run.ctx[0];
	struct birth b;
	int rc, said;

	begin_restore(ctx, &b);
	rc = abort_after(ctx, b.op, run.turns, &said);
	dispose_birth(&b);
	judge_abort(b.op, "restore", run.turns, said, rc, ERROR_FAIL);
	destroy_rest(ctx);
}

static void after_restore(void)
{
	destroy_rest(run.ctx[0]);
}

/* A child that ends when it is written to */
static bool start_own(libxl_ctx *ctx, int *to_it)
{
	int fds[2];
	char c;

	if (pipe2(fds, O_CLOEXEC))
		return false;
	run.own_status = -1;
	run.own = fork();
	if (!run.own) {
		libxl_postfork_child_noexec(ctx);
		/* Or its end would not be seen. */
		close(fds[1]);
		_exit(read(fds[0], &c, 1) == 1 ? OWN_STATUS : 1);
	}
	close(fds[0]);
	*to_it = fds[1];

	return run.own > 0;
}

/* Two children: one of ours ends while one of libxl's, of a destroy, is there. Each comes to whom it belongs. */
static void own_child(void)
{
	libxl_ctx *ctx = run.ctx[0];
	double bound = now() + BOUND_S;
	int rc, forks, to_it;
	uint32_t domid;
	struct op *op;

	if (!create(ctx, &domid, "create"))
		return;
	if (!start_own(ctx, &to_it))
		bail_out("no child of our own");
	forks = run.forks[0];
	op = begin(ctx, domid, libxl_domain_destroy);
	while (run.forks[0] == forks && !op->completions && now() < bound)
		turn();
	result(run.forks[0] > forks && !op->completions, "libxl has a child as well");
	if (write(to_it, "", 1) != 1)
		bail_out("our child does not listen");
	close(to_it);
	rc = end(ctx, op);
	judge("destroy, beside a child of ours", op, rc, !rc);
	if (run.owner == libxl_sigchld_owner_libxl_always_selective_reap)
		waitpid(run.own, &run.own_status, 0);
	while (run.own_status < 0 && now() < bound)
		turn();
	result(WIFEXITED(run.own_status) && WEXITSTATUS(run.own_status) == OWN_STATUS,
	       "our child is told to us, by its status");
}

/* Both contexts have an operation under way, on a guest each. */
static void both(const uint32_t *domids, simple_op fn, const char *what)
{
	struct op *ops[ARRAY_SIZE(run.ctx)];
	int i, rc;

	for (i = 0; i < run.nr_ctx; i++)
		ops[i] = begin(run.ctx[i], domids[i], fn);
	for (i = 0; i < run.nr_ctx; i++) {
		rc = end(run.ctx[i], ops[i]);
		judge(what, ops[i], rc, !rc);
	}
}

static void at_once(void)
{
	struct birth births[ARRAY_SIZE(run.ctx)];
	uint32_t domids[ARRAY_SIZE(run.ctx)];
	int i, rc, under_way;

	for (i = 0; i < run.nr_ctx; i++)
		begin_create(run.ctx[i], &births[i], guests[i]);
	for (i = 0, under_way = 0; i < run.nr_ctx; i++)
		under_way += !births[i].op->started && !births[i].op->completions;
	result(under_way == run.nr_ctx, "%d creates are under way", under_way);
	for (i = 0; i < run.nr_ctx; i++) {
		rc = end_birth(run.ctx[i], &births[i]);
		judge("create", births[i].op, rc, !rc);
		domids[i] = births[i].domid;
	}
	result(run.forks[0] && run.forks[1], "each context has had children: %d, %d", run.forks[0], run.forks[1]);
	both(domids, libxl_domain_unpause, "unpause");
	for (i = 0; i < run.nr_ctx; i++)
		result(wait_ready(domids[i]), "the guest boots");
	both(domids, libxl_domain_shutdown, "shutdown");
	both(domids, libxl_domain_destroy, "destroy");
}

/* What one context has made is the other's to end. */
static void in_turns(void)
{
	uint32_t domid;

	if (!create(run.ctx[0], &domid, "create by the first"))
		return;
	simple(run.ctx[1], domid, libxl_domain_unpause, "unpause by the second");
	result(wait_ready(domid), "the guest boots");
	request(run.ctx[0], domid, libxl_domain_shutdown, LIBXL_SHUTDOWN_REASON_POWEROFF, "shutdown by the first");
	simple(run.ctx[1], domid, libxl_domain_destroy, "destroy by the second");
}

/* ------------------------------------------------------------------ */

static pid_t counted_fork(void *forks)
{
	++*(int *)forks;

	return fork();
}

static bool open_contexts(int nr, xentoollog_logger *logger)
{
	int i;

	run.chld = (libxl_childproc_hooks) { .chldowner = run.owner, .fork_replacement = counted_fork };
	/* Not as mainloop; the others have no children, or reap their own. */
	if (run.owner == libxl_sigchld_owner_libxl_always)
		run.chld.reaped_callback = on_reaped;
	run.hooks = (libxl_event_hooks) { .event_occurs = on_event };
	if (run.way == HOOKS)
		run.hooks.event_occurs_mask = 1ull << LIBXL_EVENT_TYPE_OPERATION_COMPLETE;
	run.nr_ctx = 0;
	for (i = 0; i < nr; i++) {
		if (libxl_ctx_alloc(&run.ctx[i], LIBXL_VERSION, 0, logger))
			return false;
		run.nr_ctx++;
		run.forks[i] = 0;
		libxl_childproc_setmode(run.ctx[i], &run.chld, &run.forks[i]);
		libxl_event_register_callbacks(run.ctx[i], &run.hooks, run.ctx[i]);
	}

	return true;
}

static void close_contexts(void)
{
	while (run.nr_ctx > 0)
		libxl_ctx_free(run.ctx[--run.nr_ctx]);
}

static void set_combination(enum way way, libxl_sigchld_owner owner, const char *what)
{
	run.way = way;
	run.owner = owner;
	snprintf(run.where, sizeof(run.where), "%s, %s, %s", owner_names[owner], way_names[way], what);
}

static void combination(enum way way, libxl_sigchld_owner owner, int contexts, void (*body)(void),
			const char *what, xentoollog_logger *logger)
{
	struct sigaction before, after, ours = { .sa_handler = on_sigchld, .sa_flags = SA_RESTART };

	set_combination(way, owner, what);
	if (owner == libxl_sigchld_owner_mainloop)
		sigaction(SIGCHLD, &ours, NULL);
	else
		signal(SIGCHLD, SIG_DFL);
	sigaction(SIGCHLD, NULL, &before);
	if (open_contexts(contexts, logger))
		body();
	else
		result(false, "libxl_ctx_alloc");
	close_contexts();
	result(all_completed_once(), "each has completed once, and not again later");
	free_ops();
	sigaction(SIGCHLD, NULL, &after);
	result(after.sa_handler == before.sa_handler && after.sa_flags == before.sa_flags, "SIGCHLD is as it was");
	result(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "no child is left, and no zombie");
}

/* It may have ended by a fault of libxl's that is known. */
static void judge_child(int status)
{
	bool known = run.may_die && run.tally->aborting && WTERMSIG(status) == SIGSEGV;

	if (WIFEXITED(status)) {
		if (WEXITSTATUS(status))
			exit(WEXITSTATUS(status));
		return;
	}
	run.tally->failed += !known;
	printf("not ok %d %s after %d turns: the process ended by signal %d%s\n", ++run.tally->number, run.where, run.turns,
	       WTERMSIG(status), known ? " # TODO libxl 4.17 calls what it has not set" : "");
	fflush(stdout);
}

/* What may end the process that tries it is for one of its own; AFTER looks at what is left then. */
static void in_child(enum way way, libxl_sigchld_owner owner, void (*body)(void), void (*after)(void),
		     const char *what, xentoollog_logger *logger)
{
	size_t n;
	pid_t child;
	int status;

	for (n = 0; n < ARRAY_SIZE(helper_steps); n++) {
		run.turns = helper_steps[n];
		child = fork();
		if (child < 0)
			bail_out("no child");
		if (!child) {
			combination(way, owner, 1, body, what, logger);
			_exit(0);
		}
		if (waitpid(child, &status, 0) != child)
			bail_out("our child does not end");
		set_combination(way, owner, what);
		judge_child(status);
		run.tally->aborting = false;
		if (WIFSIGNALED(status))
			combination(way, owner, 1, after, "after its end", logger);
	}
}

/* What libxl allows its owners (libxl_event.h) is tried: children of ours, and contexts that have some at once. */
static void all_of(enum way way, libxl_sigchld_owner owner, xentoollog_logger *logger)
{
	combination(way, owner, 1, life, "life", logger);
	combination(way, owner, 1, aborts, "aborts", logger);
	in_child(way, owner, abort_save, still_boots, "aborted save", logger);
	in_child(way, owner, abort_restore, after_restore, "aborted restore", logger);
	if (owner != libxl_sigchld_owner_libxl)
		combination(way, owner, 1, own_child, "a child of ours", logger);
	if (owner == libxl_sigchld_owner_libxl)
		combination(way, owner, 2, in_turns, "two contexts in turns", logger);
	else if (owner != libxl_sigchld_owner_libxl_always)
		combination(way, owner, 2, at_once, "two contexts at once", logger);
}

static const struct {
	const char *name;
	simple_op fn;
} operations[] = {
	{ "pause", libxl_domain_pause },
	{ "unpause", libxl_domain_unpause },
	{ "shutdown", libxl_domain_shutdown },
	{ "reboot", libxl_domain_reboot },
	{ "destroy", libxl_domain_destroy },
	{ "save", save_to_null },
};

static void one(void)
{
	uint32_t domid;

	if (libxl_domain_qualifier_to_domid(run.ctx[0], run.guest, &domid))
		result(false, "there is no guest '%s'; xl list has those that there are", run.guest);
	else
		simple(run.ctx[0], domid, operations[run.operation].fn, run.guest);
}

static int find(const char *name, const char *const *names, int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		if (!strcmp(name, names[i]))
			return i;
	fprintf(stderr, PROGRAM ": error: '%s' does not exist; one of:", name);
	for (i = 0; i < nr; i++)
		fprintf(stderr, " %s", names[i]);
	fprintf(stderr, "\n");
	exit(2);
}

static int find_operation(const char *name)
{
	int i;

	for (i = 0; i < (int)ARRAY_SIZE(operations); i++)
		if (!strcmp(name, operations[i].name))
			return i;

	return -1;
}

static void usage(FILE *out)
{
	fprintf(out, "usage: " PROGRAM " [-o OWNER] [-w WAY] KERNEL RAMDISK   a guest's life, on guests of its own\n"
		"       " PROGRAM " [-o OWNER] [-w WAY] OPERATION GUEST  one, on a guest that is there\n"
		"  OPERATION  pause unpause shutdown reboot destroy save\n"
		"  OWNER      of SIGCHLD: libxl mainloop always selective; each, or libxl for one operation\n"
		"  WAY        of a completion: callback check wait hooks; each, or callback for one operation\n"
		"Prints TAP; 0 if all is ok or a known fault of libxl (TODO), 1 if not, 2 for wrong arguments.\n");
}

static bool goes_together(libxl_sigchld_owner owner, enum way way)
{
	return owner != libxl_sigchld_owner_mainloop || way != WAIT;
}

/* Our guests have to be ours, and their parts have to be there. */
static void check_ground(xentoollog_logger *logger)
{
	const char *const parts[] = { run.kernel, run.ramdisk };
	const libxl_version_info *version;
	uint32_t domid;
	libxl_ctx *ctx;
	int i;

	for (i = 0; i < (int)ARRAY_SIZE(parts); i++)
		if (access(parts[i], R_OK)) {
			fprintf(stderr, PROGRAM ": error: %s: %s%s\n", parts[i], strerror(errno),
				i ? "" : ", and no operation is called so");
			exit(1);
		}
	if (libxl_ctx_alloc(&ctx, LIBXL_VERSION, 0, logger)) {
		fprintf(stderr, PROGRAM ": error: libxl does not open; is this dom0, and does xl list work?\n");
		exit(1);
	}
	for (i = 0; i < (int)ARRAY_SIZE(guests); i++)
		if (!libxl_name_to_domid(ctx, guests[i], &domid)) {
			fprintf(stderr, PROGRAM ": error: the guest %u has the name of one of ours; xl destroy %u\n",
				domid, domid);
			exit(1);
		}
	version = libxl_get_version_info(ctx);
	run.may_die = version && version->xen_version_major == 4 && version->xen_version_minor <= 17;
	libxl_ctx_free(ctx);
}

static void make_disk(const char *name)
{
	char *path = disk_path(name);
	int fd;

	fd = open(path, O_CREAT | O_RDWR | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, DISK_BYTES)) {
		perror(path);
		exit(1);
	}
	close(fd);
	free(path);
}

static void remove_disks(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(guests); i++) {
		char *path = disk_path(guests[i]);

		unlink(path);
		free(path);
	}
}

static void each(int only_owner, int only_way, xentoollog_logger *logger)
{
	int owner, way;
	size_t i;

	check_ground(logger);
	atexit(remove_disks);
	for (i = 0; i < ARRAY_SIZE(guests); i++)
		make_disk(guests[i]);
	for (owner = 0; owner < (int)ARRAY_SIZE(owner_names); owner++)
		for (way = 0; way < (int)ARRAY_SIZE(way_names); way++)
			if ((only_owner < 0 || owner == only_owner) && (only_way < 0 || way == only_way) &&
			    goes_together(owner, way))
				all_of(way, owner, logger);
}

int main(int argc, char **argv)
{
	int owner = -1, way = -1, opt;
	xentoollog_logger *logger;

	while ((opt = getopt(argc, argv, "ho:w:")) != -1) {
		switch (opt) {
		case 'o':
			owner = find(optarg, owner_names, ARRAY_SIZE(owner_names));
			break;
		case 'w':
			way = find(optarg, way_names, ARRAY_SIZE(way_names));
			break;
		case 'h':
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	}
	if (argc - optind != 2) {
		usage(stderr);
		return 2;
	}
	if (owner >= 0 && way >= 0 && !goes_together(owner, way)) {
		fprintf(stderr, PROGRAM ": error: with the main loop as owner nothing waits: nobody would reap\n");
		return 2;
	}
	/* libxl writes to helpers, one of which may have ended, and leaves the signal to us. */
	signal(SIGPIPE, SIG_IGN);
	run.tally = mmap(NULL, sizeof(*run.tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (run.tally == MAP_FAILED || pipe2(run.chld_pipe, O_CLOEXEC | O_NONBLOCK)) {
		perror(PROGRAM);
		return 1;
	}
	logger = (xentoollog_logger *)xtl_createlogger_stdiostream(stderr, XTL_ERROR, 0);
	run.operation = find_operation(argv[optind]);
	if (run.operation >= 0) {
		run.guest = argv[optind + 1];
		combination(way < 0 ? CALLBACK : way, owner < 0 ? libxl_sigchld_owner_libxl : owner, 1, one,
			    argv[optind], logger);
	} else {
		run.kernel = argv[optind];
		run.ramdisk = argv[optind + 1];
		each(owner, way, logger);
	}
	printf("1..%d\n", run.tally->number);
	xtl_logger_destroy(logger);

	return run.tally->failed ? 1 : 0;
}
