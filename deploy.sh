#!/usr/bin/env bash
# Publishes the worker's image to the registry of Fly, or moves production back to an earlier one: see --help.
# It keeps to what bash 3.2 knows, which is what macOS has.
set -euo pipefail
cd "$(dirname "$0")"

setting() {
    sed -n "s/^$1 = \"\(.*\)\"/\1/p" "$2" | head -n 1
}
app=$(setting app fly.toml)
region=$(setting primary_region fly.toml)
version=$(setting version Cargo.toml)
image=registry.fly.io/$app

usage() {
    cat <<END
Usage: ./deploy.sh [--dry-run] [--skip-tests] [--allow-dirty]
       ./deploy.sh [--dry-run] --rollback LABEL
       ./deploy.sh --labels
       ./deploy.sh [--dry-run] [--allow-dirty] --binary DIR

Without --rollback: tests the tree, has Fly build its image, pushes that as $app:VERSION-COMMIT,
a label that never moves, and then moves $app:production to it. A commit that is published
already is not built again: production moves to it.

  --rollback LABEL  moves production to the image that was published as LABEL; nothing is built
  --labels          lists what was published
  --binary DIR      builds the static binary of this machine's architecture into DIR, with its SHA-256 beside it;
                    this needs Docker, and neither Fly nor an account
  --dry-run         checks the tools and the tree, and prints each command in place of running it
  --skip-tests      does not run the tests, where they have passed already
  --allow-dirty     takes the tree with its changes; the label says so and when
  --help            this text
END
}

fail() {
    echo "deploy.sh: $*" >&2
    exit 1
}

misused() {
    echo "deploy.sh: $*; --help tells what there is" >&2
    exit 2
}

# run COMMAND ...: shows the command, and runs it unless this is a dry run.
run() {
    { printf '+'; printf ' %q' "$@"; echo; } >&2
    [[ -n $dry_run ]] || "$@"
}

dry_run='' skip_tests='' allow_dirty='' action=publish label='' folder=''
read_arguments() {
    while (($#)); do
        case $1 in
            --dry-run) dry_run=yes ;;
            --skip-tests) skip_tests=yes ;;
            --allow-dirty) allow_dirty=yes ;;
            --labels) action=list_labels ;;
            --rollback)
                (($# > 1)) || misused "--rollback needs a label"
                action=rollback label=$2
                shift
                ;;
            --binary)
                (($# > 1)) || misused "--binary needs a folder"
                action=build_binary folder=$2
                shift
                ;;
            --help) usage; exit ;;
            *) misused "unknown argument '$1'" ;;
        esac
        shift
    done
}

find_fly() {
    for fly in flyctl fly; do
        if command -v "$fly" >/dev/null; then return; fi
    done
    fail "flyctl is not installed: see https://fly.io/docs/flyctl/install/"
}

check_login() {
    run "$fly" auth whoami || fail "not logged in to Fly: run '$fly auth login', or set FLY_API_TOKEN"
}

# Sets $labels. The registry lists none; the anchors tell them.
find_labels() {
    local machines
    machines=$(run "$fly" machine list --app "$app" --json) ||
        fail "the app $app cannot be seen: create it with '$fly apps create $app', or log in as one who may see it"
    labels=$(grep -o '"anchor": *"[^"]*"' <<<"$machines" | cut -d '"' -f 4 | sort) || true
}

# Sets $commit and $label, and makes sure that they tell what is built.
check_tree() {
    command -v git >/dev/null || fail "git is not installed: a label names the commit it was built from"
    commit=$(git rev-parse HEAD) || fail "no git commit here: check the project out with git"
    label=$version-${commit:0:12}
    [[ -n $(git status --porcelain) ]] || return 0
    if [[ -z $allow_dirty ]]; then
        git status --short >&2
        fail "the tree has changes that are not committed: commit them, or pass --allow-dirty"
    fi
    commit=$commit-dirty
    label=$label-dirty-$(date -u +%Y%m%d%H%M%S)
}

run_tests() {
    [[ -z $skip_tests ]] || return 0
    command -v cargo >/dev/null || fail "cargo is not installed: the tests need it; --skip-tests does without them"
    run cargo test --locked || fail "the tests do not pass: nothing was published"
}

# Where the sources are, without a password that stands in the address.
source_address() {
    git remote get-url origin 2>/dev/null |
        sed -n -e 's|\.git$||' -e 's|^https://\([^/]*@\)\{0,1\}|https://|p' -e 's|^git@\([^:]*\):|https://\1/|p'
}

build() {
    local source arguments
    source=$(source_address) || true
    # The last one makes BuildKit date the image by the commit and not by the clock.
    arguments=(
        --build-arg "VERSION=$version"
        --build-arg "REVISION=$commit"
        --build-arg "SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)"
    )
    [[ -z $source ]] || arguments+=(--build-arg "SOURCE=$source")
    run "$fly" deploy . --app "$app" --config fly.toml --build-only --push --image-label "$label" "${arguments[@]}" ||
        fail "the image could not be built or pushed: nothing was published, production is what it was"
}

# A machine that is never started. Workers leave neither a release nor a machine behind, and what none of these
# names is not sure to stay in the registry.
anchor() {
    run "$fly" machine create "$image:$label" --app "$app" --region "$region" --name "anchor-${label//./-}" \
        --metadata "anchor=$label" --restart no --skip-dns-registration ||
        fail "$label is pushed but not anchored, production is what it was: run this again"
}

# The label and production are one image: this builds nothing, and pushes the same layers and configuration.
move_production() {
    local folder
    folder=$(mktemp -d)
    # shellcheck disable=SC2064 # The folder of now, because the variable is gone at the end.
    trap "rm -rf '$folder'" EXIT
    echo "FROM $image:$label" >"$folder/Dockerfile"
    echo "+ echo FROM $image:$label > $folder/Dockerfile" >&2
    run "$fly" deploy "$folder" --app "$app" --config "$PWD/fly.toml" --build-only --push --image-label production ||
        fail "production is what it was: run './deploy.sh --rollback $label' when the cause is gone; --labels tells what there is"
    echo "$image:production is $label${dry_run:+ (dry run: not really)}"
}

show_machine() {
    cat <<END

What the orchestrator sends to https://api.machines.dev/v1/apps/$app/machines for a job (docs/OPERATIONS.md, Start a job):

    {
      "region": "$region",
      "config": {
        "image": "$image:production",
        "auto_destroy": true,
        "restart": {"policy": "no"},
        "stop_config": {"signal": "SIGTERM", "timeout": "10s"},
        "guest": {"cpu_kind": "shared", "cpus": 2, "memory_mb": 1024},
        "env": {
          "TASK_ID": "export_mods_1763059915_a3f8c2d1",
          "PI": "01K9Z3K4GMDWTT0VQXYSPC9W6S",
          "EXPORT_FORMAT": "mods",
          "EXPORT_OPTIONS": "{\"recursive\":true}",
          "CALLBACK_URL": "https://…",
          "BATCH_ID": "single",
          "R2_ACCOUNT_ID": "…",
          "R2_ACCESS_KEY_ID": "…",
          "R2_SECRET_ACCESS_KEY": "…",
          "R2_BUCKET": "arke-exports"
        }
      }
    }
END
}

publish() {
    check_tree
    check_login
    find_labels
    if grep -qxF -e "$label" <<<"$labels"; then
        echo "$label is published already: it is not built again"
    else
        run_tests
        build
        anchor
    fi
    move_production
    show_machine
}

rollback() {
    [[ $label =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || misused "'$label' is no label"
    [[ $label != production ]] || misused "production cannot be moved to itself: name a label like $version-0123456789ab"
    check_login
    move_production
}

list_labels() {
    check_login >/dev/null
    find_labels
    [[ -n $labels ]] || fail "nothing was published yet"
    echo "$labels"
}

# The binary is that of the image: the same stage of the same Dockerfile.
build_binary() {
    local name=arke-mods-export-worker
    check_tree
    command -v docker >/dev/null || fail "docker is not installed: it builds the binary; see https://docs.docker.com/get-docker/"
    mkdir -p "$folder"
    run docker build --target binary --output "type=local,dest=$folder" --build-arg "REVISION=$commit" . ||
        fail "the binary could not be built"
    [[ -z $dry_run ]] || return 0
    (cd "$folder" && checksum "$name" >"$name.sha256")
    echo "$folder/$name is $label, SHA-256 $(cut -d ' ' -f 1 "$folder/$name.sha256")"
}

# checksum FILE: by what Linux or macOS has.
checksum() {
    if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi
}

read_arguments "$@"
[[ $action == build_binary ]] || find_fly
"$action"
