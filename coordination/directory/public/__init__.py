"""The public page "Wer ist wo?": schools, function mailboxes and usual times, without any name."""
