-- Days of equal content must not be taken for repetitions of each other.
ALTER TABLE {copy:Identifier} MODIFY SETTING non_replicated_deduplication_window = 0
