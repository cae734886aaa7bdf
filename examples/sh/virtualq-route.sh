#!/bin/sh
# Says where a call goes, for any dialplan that can run a program and read a word from it:
#
#   virtualq-route.sh arrive LINE_ID PHONE      up        it is their turn: serve them first
#                                               offer     the line is active: offer a callback
#                                               queue     anyone else, and whenever anything fails
#   virtualq-route.sh up LINE_ID PHONE          up, queue: the same where no callback is offered
#   virtualq-route.sh line-up LINE_ID PHONE     lined-up  they will be told: say so, and hang up
#                                               queue     they are not: let them wait
#   virtualq-route.sh transferred LINE_ID PHONE [AGENT]   reports it, and says nothing
#
# Always one word at most, and always exit code 0. Faults go to stderr, a line each. The key and the
# deadline are in the environment: VIRTUALQ_API_KEY, VIRTUALQ_DEADLINE, which is that of a word,
# whatever is asked for it.
# VIRTUALQ_COUNTRY, such as DE, is how the trunk writes numbers (docs/phone-numbers.md).
program=${VIRTUALQ_PROGRAM:-virtualq}

ask() {
    "$program" "$@" </dev/null
}

about_caller() {
    command=$1
    shift
    ask "$command" "$@" ${VIRTUALQ_COUNTRY:+--country "$VIRTUALQ_COUNTRY"}
}

# In the background, and with no hold on our stdout: whoever reads the word must not wait for it.
# By exec: with a redirection of the function alone the shell would keep stdout open beside it.
report() {
    (exec >/dev/null && about_caller "$@") &
}

# Seconds by a clock that nobody sets, where there is one (Linux).
now() {
    cat /proc/uptime 2>/dev/null || date +%s
}

# Prints the seconds that are left of the one deadline; fails when none are.
left() {
    now | LC_ALL=C awk -v since="${since%% *}" -v deadline="${VIRTUALQ_DEADLINE:-3}" \
        '{ left = since + deadline - $1; print left; exit !(left > 0) }'
}

# The line has callbacks, and the service has been told that this call is offered one.
may_offer() {
    seconds=$(left) && ask active --line-id "$1" --deadline "$seconds" \
        && seconds=$(left) && ask offered --line-id "$1" --deadline "$seconds"
} >/dev/null

# Nobody can call back who hides their number, or an extension: fewer digits than any E.164 number.
can_be_called() {
    digits=$(printf %s "$1" | tr -cd 0-9)
    [ "${#digits}" -ge 7 ] || [ -n "${VIRTUALQ_COUNTRY:-}" ]
}

case $#:$1 in
3:arrive | 3:up | 3:line-up)
    can_be_called "$3" || { echo queue; exit 0; }
    ;;
esac

case $#:$1 in
3:arrive | 3:up)
    since=$(now)
    about_caller verify --line-id "$2" --phone "$3" >/dev/null
    case $? in
    0)
        report connected --line-id "$2" --phone "$3"
        echo up
        ;;
    1)
        if [ "$1" = arrive ] && may_offer "$2"; then echo offer; else echo queue; fi
        ;;
    *)
        echo queue
        ;;
    esac
    ;;
3:line-up)
    # Only who is Waiting will be told: the service may have found a line-up of theirs that is over.
    state=$(about_caller line-up --line-id "$2" --phone "$3" --channel CallIn --source Phone \
        --field virtualq_caller_state)
    if [ "$state" = Waiting ]; then echo lined-up; else echo queue; fi
    ;;
3:transferred)
    report transferred --line-id "$2" --phone "$3"
    ;;
4:transferred)
    report transferred --line-id "$2" --phone "$3" --agent-id "$4"
    ;;
*)
    echo "usage: virtualq-route.sh arrive|up|line-up|transferred LINE_ID PHONE [AGENT]" >&2
    echo queue
    ;;
esac
exit 0
