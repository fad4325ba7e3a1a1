import { SqliteStorage } from '../../../bot/state/sqliteStorage.ts';
import { openDatabase } from '../../../cards/delivery/sqlite/cardStore.ts';
import { GroupCommit } from '../../../cards/delivery/sqlite/groupCommit.ts';
import { storageContract } from './storageContract.ts';

storageContract('SQLite', async (t) => {
  const db = openDatabase(':memory:');
  t.after(() => db.close());
  return new SqliteStorage(db, new GroupCommit(db));
});
