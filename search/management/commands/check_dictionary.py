"""`manage.py check_dictionary`: which entries in use lead nowhere in this portal's catalogue."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.values import format_number
from search.dictionary_check import OUTSIDE, Catalogue, leads_nowhere
from search.synonyms import dictionary


class Command(BaseCommand):
    """Exit code 1 when any official phrase stands in no name and no paper."""

    help = "Tìm các mục từ điển dẫn tới từ ngữ không có trong tên thủ tục, giấy tờ, lĩnh vực, cơ quan nào."

    def handle(self, *args: Any, **options: Any) -> None:
        """List them, one a line."""
        entries = dictionary().entries
        found = leads_nowhere(entries, Catalogue.stored())
        for entry, phrases in found:
            self.stdout.write(f"{entry.phrases[0]} → {'; '.join(phrases)}")
        if found:
            raise CommandError(
                f"{format_number(len(found))} mục dẫn tới từ ngữ không có trong danh mục của cổng này. "
                f'Hãy sửa từ ngữ, tắt mục đó, hoặc ghi chú bắt đầu bằng "{OUTSIDE}" nếu thủ tục sẽ được nạp sau.'
            )
        self.stdout.write(f"{format_number(len(entries))} mục đều dẫn tới từ ngữ có trong danh mục.")
