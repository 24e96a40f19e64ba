# The command as users meet it: the project's own launcher and Java. Sourced by run.sh.

should_print_its_version()
{
    run "$root/tadpole" --version
    expect_status 0
    grep -Eq '^tadpole [0-9]+\.[0-9]+\.[0-9]+(-SNAPSHOT)? \(JDK 25' out || fail 'no version'
    expect_lines out 1
    expect_empty err
}

should_print_help_with_its_commands_and_exit_codes()
{
    run "$root/tadpole" --help
    expect_status 0
    expect_in out 'Exit codes:'
    expect_in out 'doctor'
    expect_empty err
}

should_refuse_a_wrong_command_in_one_sentence()
{
    run "$root/tadpole" swim
    expect_status 2
    expect_empty out
    expect_lines err 1
    expect_in err "'swim'"
    run "$root/tadpole"
    expect_status 2
    expect_lines err 1
    run "$root/tadpole" doctor --loudly
    expect_status 2
    expect_lines err 1
}

should_examine_the_machine_as_valid_json()
{
    command -v python3 >/dev/null || skip 'python3 is missing; install it: apt-get install python3'
    run "$root/tadpole" doctor --json
    expect_status 0
    expect_lines out 1
    expect_empty err
    python3 -c 'import json, sys
report = json.load(sys.stdin)
assert report["healthy"] is True
found = {finding["name"]: finding["found"] for finding in report["findings"]}
assert found["jdk"] and found["maven"] and found["shared memory"], found' <out
}

should_say_how_to_install_what_the_doctor_misses()
{
    mkdir bin
    for tool in cat dirname env find flock head readlink sh
    do
        ln -s "$(command -v "$tool")" "bin/$tool"
    done
    run env PATH="$PWD/bin" "$root/tadpole" doctor
    expect_status 0
    expect_in out 'to mend: apt-get install gcc libc6-dev'
    expect_in out 'Tadpole can run here'
    rm bin/flock
    run env PATH="$PWD/bin" "$root/tadpole" doctor
    expect_status 1
    expect_in out 'to mend: apt-get install util-linux'
}

# Two flights, one of them cancelled, and a row that is none; with DOS line ends.
write_events()
{
    printf '%s\r\n' \
        time_utc,event,carrier,flight,tailnum,origin,dest,distance_miles,delay_minutes \
        2013-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,2 \
        2013-01-01T10:20Z,X,AA,1141,,JFK,MIA,1089, \
        'this is no event' \
        2013-01-01T13:30Z,A,UA,1545,N14228,EWR,IAH,1400,11 >events.csv
}

should_run_the_demo_on_an_input_that_it_has_never_seen()
{
    command -v python3 >/dev/null || skip 'python3 is missing; install it: apt-get install python3'
    write_events
    gzip -k events.csv
    for input in events.csv events.csv.gz
    do
        run "$root/tadpole" demo --native none --rate max --input "$input" --journal "journal-$input" --json
        expect_status 0
        expect_lines out 1
        expect_in err 'line 4'
        python3 -c 'import json, sys
result = json.load(sys.stdin)
ewr = {"departed": 1, "cancelled": 0, "arrived": 0, "delay_minutes_sum": 2, "delay_minutes_max": 2}
jfk = {"departed": 0, "cancelled": 1, "arrived": 0, "delay_minutes_sum": 0, "delay_minutes_max": None}
iah = {"departed": 0, "cancelled": 0, "arrived": 1, "delay_minutes_sum": 0, "delay_minutes_max": None}
assert result["identical"] is True and result["events"] == 3 and result["rejected"] == 1, result
for board in ("java", "replay", "reference"):
    assert result["boards"][board] == {"EWR": ewr, "IAH": iah, "JFK": jfk}, result["boards"]' <out
        run "$root/tadpole" journal stat "journal-$input"
        expect_in out ': 3 messages in'
    done
}

should_read_an_input_of_any_name_in_the_c_locale()
{
    LC_ALL=C.UTF-8 locale charmap 2>/dev/null | grep -qx UTF-8 || skip 'the locale C.UTF-8 is missing; install libc-bin'
    write_events
    mv events.csv été.csv
    run env LC_ALL=C "$root/tadpole" demo --native none --rate max --input été.csv --journal journal --json
    expect_status 0
    expect_in out '"input": "été.csv"'
}

should_refuse_an_input_of_the_demo_in_one_sentence()
{
    write_events
    run "$root/tadpole" demo --native none --input events.csv --strict
    expect_status 2
    expect_in err 'line 4'
    : >empty.csv
    for input in empty.csv nowhere.csv
    do
        run "$root/tadpole" demo --native none --input "$input"
        expect_status 2
        expect_empty out
        expect_lines err 1
        expect_in err "$input"
    done
}

should_have_all_of_a_crash_run_on_its_class_path()
{
    run "$root/tadpole" crash --ring 3 --role consumer
    expect_status 0
    expect_in out 'clean'
}

should_have_all_of_a_measurement_on_its_class_path()
{
    run "$root/tadpole" bench --only nothing
    expect_status 2
    expect_in err '--only'
}

should_build_the_quick_start_in_codon_with_one_command()
{
    for tool in gcc objcopy python3
    do
        command -v "$tool" >/dev/null || skip "$tool is missing; install it: apt-get install gcc libc6-dev binutils python3-venv"
    done
    cat >writer.codon <<-'END'
	from tadpole import *

	def main(argc, argv):
	    create_channel(argv[2], CAPACITY_MIN)
	    failure = create_channel(argv[1], CAPACITY_MIN)
	    failure.print("writer", argv[1])
	    producer = attach_producer(argv[1])
	    for delay in range(5, 20, 5):
	        if producer.try_claim(8) == OK:
	            put_i64(producer.message(), 0, delay)
	            producer.commit(8)
	    producer.close()
	    return failure.problem
	END
    for source in writer.codon "$root/examples/quickstart/quickstart.codon"
    do
        run "$root/tadpole" codon build "$source"
        expect_status 0
        expect_empty out
    done
    run ./writer events answers
    expect_status 0
    ./quickstart events answers >said 2>err &
    reader=$!
    until [ "$(wc -l <said)" -eq 3 ]
    do
        kill -0 "$reader" || fail 'the quick start ended'
        sleep 0.05
    done
    kill "$reader"
    printf '5\n10\n15\n' | cmp - said
    run "$root/tadpole" ring stat answers --json
    expect_in out '"messages": 3'
    sed -i 's/    producer.close()/    assert failure.is_none()/' writer.codon
    run "$root/tadpole" codon build writer.codon
    expect_status 1
    expect_lines err 1
    expect_in err 'tadpole: writer.codon:12: an assert raises'
}

# From nothing to a kernel that runs in the demo's engine, as the commands say it themselves. Two minutes are what the project
# promises, with Java's part and the compiler there: a watchdog, and it takes a fifth of that.
should_run_the_kernel_of_a_newcomer_within_two_minutes()
{
    for tool in gcc objcopy python3
    do
        command -v "$tool" >/dev/null || skip "$tool is missing; install it: apt-get install gcc libc6-dev binutils python3-venv"
    done
    write_events
    cat >newcomer.sh <<-'END'
	"$1" codon new pulse >created
	eval "$(sed -n 's/^next: //p' created)" >built
	"$1" demo --kernel pulse/libpulse.so --native none --rate max --input events.csv --json >result
	END
    run timeout 120 sh -eu newcomer.sh "$root/tadpole"
    expect_status 0
    expect_in built '32 passed'
    expect_in built "next: $root/tadpole demo --kernel $PWD/pulse/libpulse.so"
    python3 -c 'import json, sys
result = json.load(sys.stdin)
kernel = result["user_kernel"]
messages, length, longest = kernel["state"][0]
assert result["identical"] is True and result["events"] == 3, result
assert kernel["messages"] == messages == 3 and kernel["position"] > 0, kernel
assert 0 < longest <= length <= 3 * longest, kernel' <result
}
