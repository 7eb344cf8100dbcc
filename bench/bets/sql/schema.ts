/**
 * A ledger as SQL would have it: accounts with their balances, transfers between them, and for each
 * transfer two entries with the balance before and after. The tables have no more indexes than the
 * rules need.
 *
 * Rows of accounts change all the time, so that their pages leave room for new versions beside the
 * old (HOT), without a word to the index.
 */
export const SCHEMA = `
CREATE TABLE account (
  id uuid PRIMARY KEY,
  balance bigint NOT NULL CHECK (balance >= 0)
) WITH (fillfactor = 50);

CREATE TABLE transfer (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction_id text NOT NULL UNIQUE,
  provider text NOT NULL,
  session_id uuid NOT NULL,
  round_id text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  currency text NOT NULL,
  actor text NOT NULL,
  correlation_id uuid NOT NULL,
  decided_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE entry (
  transfer_id bigint NOT NULL REFERENCES transfer,
  account_id uuid NOT NULL REFERENCES account,
  amount bigint NOT NULL,
  balance_before bigint NOT NULL,
  balance_after bigint NOT NULL,
  PRIMARY KEY (transfer_id, account_id)
);
`

export const HOUSE_ID = '00000000-0000-4000-8000-000000000000'

/**
 * Places a bet. The player's row is locked first and the house's last, always in this order, so
 * that no two bets wait for each other, and the row that all of them need is held as shortly as
 * may be: for its own change, its entry and the commit.
 */
export const PLACE_BET = `
CREATE FUNCTION place_bet(
  player uuid, bet text, bet_provider text, bet_session uuid, bet_round text, stake bigint,
  bet_actor text, bet_correlation uuid, OUT status text, OUT balance_after bigint
) LANGUAGE plpgsql AS $$
DECLARE
  player_before bigint;
  house_after bigint;
  new_transfer bigint;
BEGIN
  SELECT balance INTO player_before FROM account WHERE id = player FOR UPDATE;
  IF NOT FOUND THEN
    status := 'no-player';
    RETURN;
  END IF;
  IF player_before < stake THEN
    status := CASE WHEN EXISTS (SELECT FROM transfer WHERE transaction_id = bet)
      THEN 'duplicate' ELSE 'insufficient' END;
    balance_after := player_before;
    RETURN;
  END IF;
  INSERT INTO transfer
    (transaction_id, provider, session_id, round_id, amount, currency, actor, correlation_id)
    VALUES (bet, bet_provider, bet_session, bet_round, stake, 'EUR', bet_actor, bet_correlation)
    ON CONFLICT (transaction_id) DO NOTHING
    RETURNING id INTO new_transfer;
  IF new_transfer IS NULL THEN
    status := 'duplicate';
    balance_after := player_before;
    RETURN;
  END IF;
  balance_after := player_before - stake;
  UPDATE account SET balance = balance_after WHERE id = player;
  INSERT INTO entry VALUES (new_transfer, player, -stake, player_before, balance_after);
  UPDATE account SET balance = balance + stake WHERE id = '${HOUSE_ID}'
    RETURNING balance INTO house_after;
  INSERT INTO entry VALUES (new_transfer, '${HOUSE_ID}', stake, house_after - stake, house_after);
  status := 'placed';
END $$;
`
