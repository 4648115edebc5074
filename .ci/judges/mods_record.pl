#!/usr/bin/env perl
# Cuts every record out of its file and reads it, on its own, with MODS::Record.
use strict;
use warnings;
use MODS::Record;
use XML::Parser;

use constant MODS => 'http://www.loc.gov/mods/v3';

# What the source says of each record, by ID: title, creators, dates, rights.
my (%said, $compared);
$compared = 0;
for my $file (grep { length } split /:/, $ENV{RECORDS_SAID} // '') {
    open my $rows, '<:encoding(UTF-8)', $file or die "$file: $!\n";
    while (my $row = <$rows>) {
        chomp $row;
        my ($pi, @said) = split /\t/, $row, -1;
        $said{"entity-$pi"} = \@said;
    }
}

sub slurp {
    my ($file) = @_;
    open my $handle, '<:raw', $file or die "$!\n";
    local $/;
    return scalar <$handle>;
}

# The bytes of each mods element, at the top or right below it.
sub cut {
    my ($bytes) = @_;
    my ($start, @records);
    my $is_mods = sub {
        my ($expat, $name) = @_;
        return $name eq 'mods' && ($expat->namespace($name) // '') eq MODS && $expat->depth < 2;
    };
    XML::Parser->new(
        Namespaces => 1,
        Handlers   => {
            Start => sub { $start = $_[0]->current_byte if $is_mods->(@_) },
            End   => sub {
                my ($expat) = @_;
                return unless $is_mods->(@_);
                my $end = $expat->current_byte + length $expat->original_string;
                push @records, substr $bytes, $start, $end - $start;
            },
        },
    )->parse($bytes);
    return @records;
}

sub check {
    my ($file) = @_;
    my @records = cut(slurp($file));
    die "no record\n" unless @records;
    for my $xml (@records) {
        XML::Parser->new(Namespaces => 1)->parse($xml);
        my $mods  = MODS::Record->from_xml($xml);
        my $id    = $mods->ID // 'a record without ID';
        my $info  = $mods->get_titleInfo or die "$id: no titleInfo\n";
        my $title = $info->get_title or die "$id: no title\n";
        die "$id: blank title\n" unless $title->_body =~ /\S/;
        die "$id: no identifier\n" unless $mods->get_identifier;
        for my $name ($mods->get_name) {
            die "$id: a name without namePart\n" unless $name->get_namePart;
        }
        my $read = read_again($mods, $title);
        next unless $said{$id};
        $compared++;
        for my $column (0 .. 3) {
            die "$id: '$read->[$column]' where the source says '$said{$id}[$column]'\n"
                unless letters($read->[$column]) eq letters($said{$id}[$column]);
        }
    }
    return;
}

# The letters in any order: without the graph a creator's code stands for the name.
sub letters {
    my ($text) = @_;
    return join '', sort split //, lc($text) =~ s/[^\p{L}\p{N}|]//gr;
}

# Title, creators, dates and rights as the columns have them.
sub read_again {
    my ($mods, $title) = @_;
    my $info      = $mods->get_titleInfo;
    my $sub_title = $info->get_subTitle;
    my @creators  = map { ($_->get_namePart)[0]->_body } $mods->get_name;
    my @dates     = map { $_->get_dateCreated } $mods->get_originInfo;
    # The module does not read xlink:href; the address stands behind the label too.
    my @rights    = map { $_->_body // '' } $mods->get_accessCondition;
    @rights = map { m{ \((https?://\S+)\)$} ? $1 : $_ } @rights;
    return [
        join(' : ', map { $_->_body } grep { defined } $title, $sub_title),
        join('|', @creators),
        join('|', map { $_->_body } @dates),
        join('; ', @rights),
    ];
}

for my $file (@ARGV) {
    if (eval { check($file); 1 }) {
        print "ok\t$file\n";
    }
    else {
        my $reason = $@;
        $reason =~ s/\s+/ /g;
        print "refused\t$file\t$reason\n";
    }
}
print "compared\t$compared\n";
