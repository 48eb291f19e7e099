//! Words that say nothing of anybody, in the six languages of the policies that ship: what forms, accounts and calendars are
//! labelled with, and the commonest words of four letters and more.

use protocol::find::find;

const COMMON: &str = " about account accounts address after again agree also amount available back balance bank been before birth business button call cancel card change \
check choose city close company confirm contact continue country credit current customer daily date dear debit delete details done edit email enter \
error euro family female first form free friend from full good group have hello help here home house insurance into invoice language last like loan \
mail main male message mobile money month monthly more mortgage name next none number open option order other overview password payment payments \
person phone please private profile save savings search select send settings shop sign state status street submit test text thank thanks that their \
them then there these they this time title today total transaction transactions transfer transfers travel type unknown update user value view week \
weekly welcome when which will with work world year yearly your monday tuesday wednesday thursday friday saturday sunday january february march april \
june july august september october november december adres alle andere annuleren bedrag bedrijf beschikbaar betaalrekening betalen betaling betalingen \
bevestigen betreft datum deze doorgaan geboortedatum geen gegevens gemeente goed heeft huis hulp instellingen invoeren jaar kaart kies klant land \
lening maand maandelijks meer melding mijn naam niet nieuw nummer omschrijving onbekend ontvanger opslaan overboeken overboeking overig overzicht onze \
plaats postcode rekening rekeningen rekeningnummer saldo sluiten spaarrekening sparen straat telefoon terug totaal vandaag verder versturen \
verwijderen volgende voornaam achternaam voor vorige wachtwoord welkom wijzigen woonplaats zakelijk zijn zoeken maandag dinsdag woensdag donderdag \
vrijdag zaterdag zondag januari februari maart juni juli augustus oktober abbrechen adresse aktuell auswählen beruf betrag bitte dein diese einen \
empfänger fertig firma frau geburtsdatum gesamt guten haben hallo hause herr hilfe ihre jahr jährlich kein keine konto konten kontonummer kontostand \
kredit kunde löschen menü monat monatlich mehr nachname nein nicht oder öffnen passwort senden speichern stadt straße strasse suchen summe telefon \
überweisen überweisung umsatz umsätze unbekannt unser verfügbar vorname weiter willkommen woche zahlen zahlung zurück montag dienstag mittwoch \
donnerstag freitag samstag sonntag januar februar märz dezember accueil aide ajouter annuler année aucun autre avec bonjour carte choisir client \
code compte comptes confirmer crédit dans déconnexion devise disponible enregistrer envoyer épargne euros facture fermer femme homme identifiant \
inconnu jour langue madame mensuel merci mois monsieur montant naissance nombre notre numéro ouvrir paiement paiements pays prénom prêt profil \
rechercher retour solde suivant supprimer téléphone tous toutes utilisateur valider virement virements ville vous votre lundi mardi mercredi jeudi \
vendredi samedi dimanche janvier février mars avril juin juillet août septembre octobre novembre décembre aceptar ahorro ahorros ajustes apellido \
apellidos atrás ayuda buscar cambiar cancelar ciudad cliente código como confirmar correo cuenta cuentas desconocido dirección dinero enviar \
eliminar empresa está este fecha guardar hola hombre importe inicio mensaje mujer nacimiento ninguno nosotros nuestro número otro otra pago pagos \
país para préstamo seguir siguiente tarjeta teléfono todos transferencia transferencias usuario lunes martes miércoles jueves viernes sábado \
domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre accetta aiuto altro anno annulla avanti azienda \
bonifico bonifici carta cerca chiudi ciao città codice cognome come conferma conto conti continua data della disponibile elimina fattura grazie \
importo indietro indirizzo invia lingua maschio femmina mese mensile messaggio modifica nascita nessuno nome nostro numero paese pagamento pagamenti \
prestito profilo questo risparmio salva sconosciuto scegli telefono totale tutti utente valuta vostro lunedì martedì mercoledì giovedì venerdì \
sabato domenica gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre ";

/// How many words of a text in small letters, which has a blank before each and behind the last, are among them.
pub(super) fn among(text: &str) -> usize {
    let mut found = 0;
    let mut from = 0;
    for (to, byte) in text.bytes().enumerate().skip(1) {
        if byte == b' ' {
            found += usize::from(find(COMMON.as_bytes(), &text.as_bytes()[from..=to]).is_some());
            from = to;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words() {
        for (text, expected) in
            [(" monday ", 1), (" über ", 0), (" überweisung ", 1), (" mond ", 0), (" anna ", 0), (" december about anna ", 2), (" ", 0)]
        {
            assert_eq!(among(text), expected, "{text}");
        }
    }
}
