#!/usr/bin/env perl
# Cuts every record out of its file and reads it, on its own, with MODS::Record.
use strict;
use warnings;
use MODS::Record;
use XML::Parser;

use constant MODS => 'http://www.loc.gov/mods/v3';

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
    }
    return;
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
