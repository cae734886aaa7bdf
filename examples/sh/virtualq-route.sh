#!/bin/sh
# Says where a call goes, for any dialplan that can run a program and read a word from it:
#
#   virtualq-route.sh arrive LINE_ID PHONE      up        it is their turn: serve them first
#                                               queue     anyone else, and whenever anything fails
#   virtualq-route.sh line-up LINE_ID PHONE     lined-up  they will be told: say so, and hang up
#                                               queue     they are not: let them wait
#   virtualq-route.sh transferred LINE_ID PHONE [AGENT]   reports it, and says nothing
#
# Always one word at most, and always exit code 0. Faults go to stderr, a line each. The key and the
# deadline are in the environment: VIRTUALQ_API_KEY, VIRTUALQ_DEADLINE.
# VIRTUALQ_COUNTRY, such as DE, is how the trunk writes numbers (docs/phone-numbers.md).
program=${VIRTUALQ_PROGRAM:-virtualq}

ask() {
    "$program" "$@" ${VIRTUALQ_COUNTRY:+--country "$VIRTUALQ_COUNTRY"} </dev/null >/dev/null
}

# In the background, and with no hold on our stdout: whoever reads the word must not wait for it.
report() {
    ask "$@" </dev/null >/dev/null &
}

case $#:$1 in
3:arrive)
    if ask verify --line-id "$2" --phone "$3"; then
        report connected --line-id "$2" --phone "$3"
        echo up
    else
        echo queue
    fi
    ;;
3:line-up)
    if ask line-up --line-id "$2" --phone "$3" --channel CallIn --source Phone; then
        echo lined-up
    else
        echo queue
    fi
    ;;
3:transferred)
    report transferred --line-id "$2" --phone "$3"
    ;;
4:transferred)
    report transferred --line-id "$2" --phone "$3" --agent-id "$4"
    ;;
*)
    echo "usage: virtualq-route.sh arrive|line-up|transferred LINE_ID PHONE [AGENT]" >&2
    echo queue
    ;;
esac
exit 0
