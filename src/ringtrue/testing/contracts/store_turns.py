"""The contract of the store port: the log of a call's turns, and what was measured of them."""

from __future__ import annotations

from dataclasses import replace

from ringtrue.calls.store import Store
from ringtrue.ids import CallId
from ringtrue.testing.contracts.store_samples import add_owners, read, waiting_call, write, write_all

CALL = waiting_call("1")
OTHER = replace(CALL, id=CallId("call_other"))
EVERY_BYTE = bytes(range(256))


class TurnContract:
    """What holds for turns."""

    def test_the_pieces_of_a_turn_log_come_back_in_order(self, store: Store) -> None:
        """Byte for byte, and no other call's."""
        write(store, add_owners)
        write_all(store, lambda tx: tx.add_call(CALL), lambda tx: tx.add_call(OTHER))

        for piece, data in ((10, b"last"), (0, EVERY_BYTE), (9, b"")):
            write(store, lambda tx, piece=piece, data=data: tx.put_turn_log(CALL.id, piece, data))  # type: ignore[misc]

        assert list(read(store, lambda tx: tx.turn_log(CALL.id))) == [EVERY_BYTE, b"", b"last"]
        assert list(read(store, lambda tx: tx.turn_log(OTHER.id))) == []

    def test_a_piece_that_is_written_again_is_there_once(self, store: Store) -> None:
        """A write whose answer was lost is repeated."""
        write(store, add_owners)
        write(store, lambda tx: tx.add_call(CALL))
        for _ in range(2):
            write(store, lambda tx: tx.put_turn_log(CALL.id, 0, b"piece"))

        assert list(read(store, lambda tx: tx.turn_log(CALL.id))) == [b"piece"]

    def test_measured_turns_are_replaced(self, store: Store) -> None:
        """None at first."""
        write(store, add_owners)
        write(store, lambda tx: tx.add_call(CALL))

        assert read(store, lambda tx: tx.turns(CALL.id)) is None
        for document in ("{}", '{"turns":[]}'):
            write(store, lambda tx, document=document: tx.put_turns(CALL.id, document))  # type: ignore[misc]
        assert read(store, lambda tx: tx.turns(CALL.id)) == '{"turns":[]}'
